// A thread of `npm run lab`. Plain JavaScript: a thread on Node 20 reads TypeScript only after this (see launch.js).
if (!process.features.typescript) (await import('tsx/esm/api')).register();
const { work } = await import('./lab-work.ts');
await work();

export {};
