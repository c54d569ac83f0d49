/** How `@Public()` tells the OpenAPI document that a route needs no token; taken out of it again by `openapi.service.ts`. */
export const PUBLIC_EXTENSION = 'x-public';
/** The same for a route that is open to some roles only, and so can answer 403. */
export const LIMITED_EXTENSION = 'x-limited';
