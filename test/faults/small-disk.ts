// A disk of a few megabytes that can be filled to its last block: a file system in memory, mounted for a test. Needs
// Linux and the right to mount; elsewhere there is none, and the tests that want one say so.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onceWeEnd } from '../../src/app/end-with-us.js';

export interface SmallDisk {
  readonly folder: string;
  /** Leaves not one block. */
  fill(): void;
  /** Takes away what `fill` has put there. */
  free(): void;
  unmount(): void;
}

const BALLAST = 'ballast';

/** @param ownerId user who may write there. @throws Error when this machine or user may not mount. */
export function mountSmallDisk(mebibytes: number, ownerId: number): SmallDisk {
  const folder = mkdtempSync(join(tmpdir(), 'case-escalation-disk-'));
  const ballast = join(folder, BALLAST);
  try {
    const options = `size=${mebibytes}m,uid=${ownerId},mode=700`;
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'ignore' });
  } catch (error) {
    rmdirSync(folder);
    throw error;
  }
  const disarm = onceWeEnd('umount -l "$0"; rmdir "$0"', folder);
  return {
    folder,
    fill: () => {
      try {
        writeFileSync(ballast, Buffer.alloc(mebibytes * 2 ** 20));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    },
    free: () => rmSync(ballast, { force: true }),
    unmount: () => {
      execFileSync('umount', [folder]);
      disarm();
      rmdirSync(folder);
    },
  };
}

export function canMount(): boolean {
  if (process.platform !== 'linux') return false;
  try {
    mountSmallDisk(1, 0).unmount();
    return true;
  } catch {
    return false;
  }
}
