/** Where the process begins. Everything else is in `src/app`. */
import 'reflect-metadata';
import { run } from './app/run.js';

await run();
