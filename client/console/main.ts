import { mount } from 'svelte';
import './console.css';
import App from './App.svelte';
import { speech } from './words.svelte.ts';

const target = document.getElementById('console');
if (!target) throw new Error('the page has no element for the console');
await speech.start();
mount(App, { target });
