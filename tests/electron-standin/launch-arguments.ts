/** What the stand-in is told on its command line, in Electron's words. */
export interface LaunchArguments {
  /** The app's folder or main file. */
  app: string
  /** Modules to run before the app. */
  required: string[]
  /** Where to listen for a debugger of main; 0 is any port. */
  inspectPort: number | undefined
  /** Where Chromium is to listen for one of its pages. */
  debugPort: string | undefined
}

/** Reads Electron's arguments, those that Playwright passes among them; whatever follows the app is the app's own. */
export function readLaunchArguments(args: string[]): LaunchArguments {
  const launch: LaunchArguments = { app: '', required: [], inspectPort: undefined, debugPort: undefined }
  for (let index = 0; index < args.length && launch.app === ''; index += 1) {
    const argument = args[index] ?? ''
    const [name, value] = argument.split('=', 2)
    if (argument === '-r' || argument === '--require') {
      index += 1
      launch.required.push(args[index] ?? '')
    } else if (name === '--inspect') launch.inspectPort = Number(value)
    else if (name === '--remote-debugging-port') launch.debugPort = value
    else if (!argument.startsWith('-')) launch.app = argument
  }
  return { ...launch, app: launch.app === '' ? '.' : launch.app }
}
