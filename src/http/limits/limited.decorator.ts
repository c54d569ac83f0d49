/**
 * Marks a route that one address may ask only so often, whoever asks: the guard of this folder counts it. What goes by
 * a customer's link is counted by its case, and needs no mark.
 */
import { SetMetadata } from '@nestjs/common';
import type { WindowName } from './budgets.js';

export const LIMITED = 'http:limited';

/** Leaves out a route behind a link that touches no case. */
export const Uncounted = (): MethodDecorator => SetMetadata(LIMITED, null);

/** Counts each request for this route in the window of its address. */
export const Limited = (window: Exclude<WindowName, 'link'>): MethodDecorator => SetMetadata(LIMITED, window);
