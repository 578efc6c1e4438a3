/** An image that cannot be used; the message is a sentence for the person: what is wrong with it, and what to do. */
export class Unusable extends Error {}

/** Said where nothing more is known than that no decoder can make anything of it. */
export const UNREADABLE =
  'This image could not be read. It may be damaged or cut off. Open it in another program and save it anew, or choose another.'
