/** How `@Public()` tells the OpenAPI document that a route needs no token; taken out of it again by `openapi.ts`. */
export const PUBLIC_EXTENSION = 'x-public';
