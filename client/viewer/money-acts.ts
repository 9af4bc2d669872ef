/** What is pressed where there is something to pay: one part of the page, for both are needed together. */
export { copyFrom } from '../parts/copying.ts';
export { payBy } from './paying.ts';
