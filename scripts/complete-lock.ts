// Completes package-lock.json after an install: `npm run complete-lock`. Compilers and linters come as one package per
// platform, all optional; npm leaves out of the lock those that the registry at hand did not serve, and `npm ci` then
// refuses that lock. Each is added with the exact version that its parent names and the platform that its own name
// tells, so that other machines find theirs. `-- --check` only compares.
import { readFileSync } from 'node:fs';
import { writeOrCheck } from './generated-files.js';
import { missingPlatformPackages, type PackageLock } from './lock/platform-packages.js';

const path = 'package-lock.json';
const lock = JSON.parse(readFileSync(path, 'utf8')) as PackageLock;
const packages = { ...lock.packages, ...missingPlatformPackages(lock) };
const inOrder = Object.fromEntries(Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en')));

const text = `${JSON.stringify({ ...lock, packages: inOrder }, null, 2)}\n`;
writeOrCheck([{ path, text }], 'npm run complete-lock');
