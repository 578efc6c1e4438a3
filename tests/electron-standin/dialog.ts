import { record } from './records.ts'
import { onlyOffered } from './refuse.ts'

const unanswered = (name: string): never => {
  throw new Error(`stand-in: dialog.${name} was called, and no test has put an answer in its place`)
}

/** Electron's `dialog`. No test can click a native one: it puts its own function in the place of one of these. */
export const dialog = onlyOffered('dialog', {
  showOpenDialog: async (): Promise<unknown> => unanswered('showOpenDialog'),
  showSaveDialog: async (): Promise<unknown> => unanswered('showSaveDialog'),
  showMessageBox: async (): Promise<unknown> => unanswered('showMessageBox'),
  showOpenDialogSync: (): unknown => unanswered('showOpenDialogSync'),
  showSaveDialogSync: (): unknown => unanswered('showSaveDialogSync'),
  showMessageBoxSync: (): unknown => unanswered('showMessageBoxSync'),
  /** There is nothing to answer: it is recorded and printed. */
  showErrorBox(title: string, content: string): void {
    record('dialog.showErrorBox', title, content)
    console.error(`${title}\n${content}`)
  },
})
