/** Packages without types of their own, imported for what they do. */
declare module "htmx-ext-sse";
