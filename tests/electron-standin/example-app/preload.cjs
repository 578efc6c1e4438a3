const { contextBridge, ipcRenderer, webUtils } = require('electron')

contextBridge.exposeInMainWorld('example', {
  /** @param {string} channel @param {unknown} value */
  invoke: (channel, value) => ipcRenderer.invoke(channel, value),
  /** @param {(text: string) => void} listener */
  onTold: (listener) => void ipcRenderer.on('told', (_event, text) => listener(text)),
  /** @param {File} file */
  pathOf: (file) => webUtils.getPathForFile(file),
})
