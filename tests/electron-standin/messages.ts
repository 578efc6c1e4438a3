/** What goes from a page to main, as JSON over a DevTools binding. `id` is what the answer must carry. */
export type PageMessage =
  | { kind: 'send'; channel: string; args: unknown }
  | { kind: 'invoke'; id: number; channel: string; args: unknown }
  | { kind: 'open-window'; url: string }
  | ({ kind: 'permission'; id: number } & PermissionQuestion)
  | { kind: 'file-paths'; id: number; count: number }
  | { kind: 'preload-error'; error: string }

/** What a page wants to do, in Chromium's names, and whether it asks for it or only looks whether it might. */
export interface PermissionQuestion {
  permissions: string[]
  asking: 'request' | 'check'
}

/** What goes from main to a page. */
export type MainMessage =
  | { kind: 'message'; channel: string; args: unknown }
  | { kind: 'reply'; id: number; value: unknown }
  | { kind: 'failure'; id: number; error: string }
