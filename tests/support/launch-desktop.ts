import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { _electron, type ElectronApplication, type Page } from '@playwright/test'
import { Attachments } from '../e2e/screens/attachments.ts'
import { Conversation } from '../e2e/screens/conversation.ts'
import { PictureEditor } from '../e2e/screens/picture-editor.ts'
import { ProfileCard } from '../e2e/screens/profile-card.ts'
import { Sidebar } from '../e2e/screens/sidebar.ts'
import { SignInScreen } from '../e2e/screens/sign-in.ts'
import { desktopHost } from '../electron-standin/host.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** The desktop as somebody sees it: the built program in its window. */
export interface Desktop {
  app: ElectronApplication
  page: Page
  signIn: SignInScreen
  sidebar: Sidebar
  conversation: Conversation
  attachments: Attachments
  profile: ProfileCard
  editor: PictureEditor
  /** Puts an answer in place of the next file dialogs, which no test can click. */
  chooseFile(path: string): Promise<void>
  /** The same where several files can be chosen. */
  chooseFiles(paths: string[]): Promise<void>
  close(): Promise<void>
  /** Closes it and opens it again over the same data, without being signed in from outside; what happens `meanwhile` happens between. */
  restart(meanwhile?: () => unknown): Promise<Desktop>
  /** The same after an end as a power cut would make it. */
  crash(meanwhile?: () => unknown): Promise<Desktop>
}

/** How to open a desktop: whose data, and perhaps signed in already. */
export interface LaunchOptions {
  userData: string
  session?: { server: string; token: string }
  /** What the system prefers; null leaves it to the program, whose own choice would otherwise race with it. */
  colorScheme?: 'light' | 'dark' | null
  /** The language of the system, as POSIX names it, like `de_DE`. */
  language?: string
  /** What follows the program's folder, like a link. */
  args?: string[]
  /** Set in its environment. */
  env?: Record<string, string>
}

/** Starts the built desktop, on the real Electron where there is one, and waits for its window. */
export async function launchDesktop({
  userData,
  session,
  colorScheme = 'light',
  language = 'en_US',
  args = [],
  env = {},
}: LaunchOptions): Promise<Desktop> {
  const { executablePath } = desktopHost()
  const app = await _electron.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: ['.', ...args],
    cwd: ROOT,
    colorScheme,
    env: {
      ...definedEnv(),
      LANGUAGE: language,
      LC_ALL: `${language}.UTF-8`,
      ...env,
      MEDALLION_USER_DATA: userData,
      ...(session === undefined ? {} : { MEDALLION_SESSION: JSON.stringify(session) }),
    },
  })
  const page = await app.firstWindow()
  // The page is there before its interface is.
  await page.locator('main').first().waitFor()
  let successor: Desktop | undefined

  async function chooseFiles(paths: string[]): Promise<void> {
    await app.evaluate(({ dialog }, filePaths) => {
      dialog.showOpenDialog = async () => ({ canceled: false, filePaths })
    }, paths)
  }

  async function succeed(meanwhile: () => unknown = () => {}): Promise<Desktop> {
    await meanwhile()
    successor = await launchDesktop({ userData, colorScheme: null, language })
    return successor
  }

  return {
    app,
    page,
    signIn: new SignInScreen(page),
    sidebar: new Sidebar(page),
    conversation: new Conversation(page),
    attachments: new Attachments(page),
    profile: new ProfileCard(page),
    editor: new PictureEditor(page),
    chooseFile: (path) => chooseFiles([path]),
    chooseFiles,
    close: () => (successor === undefined ? app.close() : successor.close()),
    async restart(meanwhile) {
      await app.close()
      return succeed(meanwhile)
    },
    async crash(meanwhile) {
      const process = app.process()
      const gone = once(process, 'exit')
      process.kill('SIGKILL')
      await gone
      return succeed(meanwhile)
    },
  }
}

function definedEnv(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}
