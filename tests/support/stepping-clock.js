// Preloaded into an API process (node --import): its parent sends the number of milliseconds by which its clock steps, as when
// somebody sets it.

const now = Date.now.bind(Date)
let ahead = 0

process.on('message', (step) => {
  ahead += Number(step)
})
// The API ends when it has nothing left to do: listening here is no reason to stay.
process.channel?.unref()

Date.now = () => now() + ahead
globalThis.Date = new Proxy(Date, {
  construct: (date, args) => Reflect.construct(date, args.length === 0 ? [date.now()] : args),
})
