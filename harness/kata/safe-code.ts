import { basename } from 'node:path';
import MagicString from 'magic-string';
import { parseSync } from 'vite';
import { cannotLoad } from '../guarantee/attempted.ts';

/**
 * Code under test, made safe to run: every turn of a loop is counted, private names are open to the
 * world, and it neither waits nor imports anything but the harness and files beside it.
 *
 * @throws an error with a sentence for the attendee, and the place in their file
 */
export function safeCode(code: string, path: string): MagicString {
  const text = new MagicString(code);
  const program = parse(code, path);
  openPrivateNames(text, program, []);
  visit(program, (node) => {
    if (LOOPS.has(node.type)) countTurns(text, node.body as Node);
    refuseImport(node, code, path);
    refuseWaiting(node, code, path);
  });
  if (text.hasChanged()) text.prepend(`const $turn = globalThis[Symbol.for('kata.turn')];`);
  return text;
}

/** As much of an ESTree node as is looked at here. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** @throws an error that names file, line and column */
export function parse(code: string, path: string): Node {
  const { program, errors } = parseSync(path, code);
  const [error] = errors;
  if (error === undefined) return program as unknown as Node;
  throw cannotLoad(
    `${basename(path)} cannot be read: ${error.message}`,
    place(path, code, error.labels[0]?.start ?? 0),
  );
}

function place(path: string, code: string, offset: number): string {
  const lines = code.slice(0, offset).split('\n');
  return `${path}:${lines.length}:${(lines.at(-1) as string).length + 1}`;
}

export function visit(node: Node, see: (node: Node) => void): void {
  see(node);
  for (const child of childrenOf(node)) visit(child, see);
}

function childrenOf(node: Node): readonly Node[] {
  return Object.values(node)
    .flat()
    .filter((child) => typeof child === 'object' && child !== null && 'type' in child) as Node[];
}

const LOOPS = new Set([
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'WhileStatement',
  'DoWhileStatement',
]);

/** Lets a loop count its turns, on the same line, so that every other line keeps its number. */
function countTurns(text: MagicString, body: Node): void {
  if (body.type === 'BlockStatement') {
    text.appendRight(body.start + 1, '$turn();');
  } else {
    text.appendRight(body.start, '{$turn();');
    text.appendLeft(body.end, '}');
  }
}

/** What is in private names has to be kept and put back where every order of events is tried. */
function openPrivateNames(text: MagicString, node: Node, scopes: readonly Scope[]): void {
  let inner = scopes;
  if (node.type === 'ClassBody') {
    const members = (node.body as readonly Node[]).map(({ key }) => key as Node | undefined);
    const names = members.filter((key) => key?.type === 'PrivateIdentifier');
    inner = [{ start: node.start, names: new Set(names.map((key) => key?.name)) }, ...scopes];
  }
  if (node.type === 'PrivateIdentifier') {
    const scope = inner.find(({ names }) => names.has(node.name));
    // Two classes, one extending the other, may use the same name for different things.
    text.overwrite(node.start, node.end, `$${String(node.name)}$${scope?.start ?? ''}`);
  }
  if (node.type === 'BinaryExpression' && (node.left as Node).type === 'PrivateIdentifier') {
    text.appendLeft((node.left as Node).start, "'").appendRight((node.left as Node).end, "'");
  }
  for (const child of childrenOf(node)) openPrivateNames(text, child, inner);
}

interface Scope {
  readonly start: number;
  readonly names: ReadonlySet<unknown>;
}

/** Code under test sees the world through the harness only: a clock of Node's would not be replayed. */
function refuseImport(node: Node, code: string, path: string): void {
  const isImport = node.type === 'ImportDeclaration' || node.type === 'ImportExpression';
  if (!isImport || node.importKind === 'type') return;
  const source = (node.source as { value?: unknown }).value;
  if (typeof source === 'string' && (source === '#harness' || source.startsWith('.'))) return;
  throw cannotLoad(
    `${basename(path)} imports '${String(source)}': ${ONLY_HARNESS}`,
    place(path, code, node.start),
  );
}

/** A handler that waits is left unfinished by the world: better told here, with its line. */
function refuseWaiting(node: Node, code: string, path: string): void {
  if (node.type !== 'AwaitExpression' && node.async !== true) return;
  const word = node.async === true ? 'async' : 'await';
  throw cannotLoad(`${basename(path)} says ${word}: ${NO_WAITING}`, place(path, code, node.start));
}

const NO_WAITING =
  'nothing waits here. Send a message or set a timer now, and go on in receive or timeout';
const ONLY_HARNESS =
  "code under test may import only '#harness' and files beside it, because the world has to see and replay all that it does";
