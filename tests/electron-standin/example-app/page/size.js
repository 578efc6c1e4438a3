export const SIZE = 8
