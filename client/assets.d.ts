/** Style sheets are imported for Vite's sake; they say nothing to TypeScript. */
declare module '*.css';
