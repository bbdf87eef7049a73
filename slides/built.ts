/// <reference types="vite/client" />
// Where the built folder begins; the server begins at index.html, which links the style by itself.
import './style.css';
import './main.ts';
