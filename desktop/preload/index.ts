import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron'
import type { Bridge, Result, SocketNews, Unsubscribe } from '../bridge.ts'

const invoke = <T>(channel: string, input?: unknown): Promise<T> =>
  ipcRenderer.invoke(channel, input) as Promise<T>

/** Answers that cannot fail come as values all the same. */
async function value<T>(channel: string): Promise<T> {
  const answer = await invoke<Result<T>>(channel)
  if (!answer.ok) throw new Error(answer.error.detail)
  return answer.value
}

/** Passes on what main tells, without the event that could reach back. */
function listen<T>(channel: string, listener: (value: T) => void): Unsubscribe {
  const pass = (_event: IpcRendererEvent, value: T): void => listener(value)
  ipcRenderer.on(channel, pass)
  return () => {
    ipcRenderer.off(channel, pass)
  }
}

const bridge: Bridge = {
  call: (name, input) => invoke('call', { name, input }),
  session: {
    current: () => value('session:current'),
    signIn: (input) => invoke('session:sign-in', input),
    register: (input) => invoke('session:register', input),
    describe: (input) => invoke('session:describe', input),
    signOut: () => invoke('session:sign-out'),
    setAside: () => invoke('session:set-aside'),
    switchTo: (input) => invoke('session:switch-to', input),
    onChange: (listener) => listen('session:change', listener),
  },
  socket: {
    listen: ({ cursor }, hear) => {
      // What is still on its way to a page before this one is not for it.
      const listener = crypto.randomUUID()
      const stop = listen<{ listener: string; news: SocketNews[] }>('socket:news', (told) => {
        if (told.listener === listener) hear(told.news)
      })
      ipcRenderer.send('socket:listen', { cursor, listener })
      return stop
    },
    send: (frame) => ipcRenderer.send('socket:send', frame),
    wake: () => ipcRenderer.send('socket:wake'),
  },
  snapshot: {
    read: () => value('snapshot:read'),
    save: (snapshot) => invoke('snapshot:save', snapshot),
    onWanted: (keep) =>
      listen('snapshot:wanted', () => void keep().finally(() => ipcRenderer.send('snapshot:kept'))),
  },
  outbox: {
    add: (input) => invoke('outbox:add', input),
    rewrite: (input) => invoke('outbox:rewrite', input),
    retry: (input) => invoke('outbox:retry', input),
    discard: (input) => invoke('outbox:discard', input),
    list: () => value('outbox:list'),
    onChange: (listener) => listen('outbox:change', listener),
    onSettled: (listener) => listen('outbox:settled', listener),
  },
  attachments: {
    pick: () => invoke('attachments:pick'),
    stage: (image) => invoke('attachments:stage', image),
    discard: (input) => invoke('attachments:discard', input),
    save: (input) => invoke('attachments:save', input),
  },
  avatar: {
    pick: () => invoke('avatar:pick'),
    discard: (input) => invoke('avatar:discard', input),
    allowCamera: () => invoke('avatar:allow-camera'),
    save: (input) => invoke('avatar:save', input),
    takeRecent: (input) => invoke('avatar:take-recent', input),
    remove: (input) => invoke('avatar:remove', input),
    retry: (input) => invoke('avatar:retry', input),
    cancel: (input) => invoke('avatar:cancel', input),
    changes: () => value('avatar:changes'),
    onChanges: (listener) => listen('avatar:changes-changed', listener),
    onSettled: (listener) => listen('avatar:settled', listener),
  },
  preferences: {
    get: () => value('preferences:get'),
    change: (changes) => invoke('preferences:change', changes),
    onChange: (listener) => listen('preferences:changed', listener),
  },
  notifications: {
    show: (notification) => ipcRenderer.send('notifications:show', notification),
    close: (input) => ipcRenderer.send('notifications:close', input),
    setUnread: (unread) => ipcRenderer.send('notifications:unread', unread),
  },
  updates: {
    state: () => value('updates:state'),
    onChange: (listener) => listen('updates:changed', listener),
    check: () => invoke('updates:check'),
    install: () => invoke('updates:install'),
  },
  system: {
    onCommand: (listener) => {
      const stop = listen('system:command', listener)
      ipcRenderer.send('system:listening', true)
      return () => {
        ipcRenderer.send('system:listening', false)
        stop()
      }
    },
    info: () => value('system:info'),
    pictureCacheSize: () => invoke('system:picture-cache-size'),
    clearPictureCache: () => invoke('system:clear-picture-cache'),
    reportError: (error) => ipcRenderer.send('system:report-error', error),
    showLogs: () => invoke('system:show-logs'),
    copyLogs: () => invoke('system:copy-logs'),
  },
}

contextBridge.exposeInMainWorld('medallion', bridge)
