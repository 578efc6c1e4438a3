/** A server's address as people say it. */
export const serverName = (address: string): string => address.replace(/^https?:\/\//, '')
