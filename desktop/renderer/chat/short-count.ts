/** A number of unread messages as a badge has room for it: 100 and more are alike, and the server counts no further than `MAX_UNREAD`. */
export const shortCount = (count: number): string => (count > 99 ? '99+' : String(count))
