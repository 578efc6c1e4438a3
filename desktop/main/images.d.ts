/** An image that is built into the program, as a data: address. */
declare module '*.png?inline' {
  const address: string
  // oxlint-disable-next-line import/no-default-export -- as Vite gives it
  export default address
}
