import { nativeImage, type NativeImage } from 'electron'
import colour from './tray-images/colour-16.png?inline'
import colourDense from './tray-images/colour-32.png?inline'
import colourUnread from './tray-images/colour-unread-16.png?inline'
import colourUnreadDense from './tray-images/colour-unread-32.png?inline'
import template from './tray-images/template-16.png?inline'
import templateDense from './tray-images/template-32.png?inline'
import templateUnread from './tray-images/template-unread-16.png?inline'
import templateUnreadDense from './tray-images/template-unread-32.png?inline'

/** The tray's image, 16 pixels wide and again twice as dense. macOS draws the plain ones in the colour of its menu bar. */
export function trayImage(unread: boolean, onMac: boolean): NativeImage {
  const [plain, dense] = onMac
    ? unread
      ? [templateUnread, templateUnreadDense]
      : [template, templateDense]
    : unread
      ? [colourUnread, colourUnreadDense]
      : [colour, colourDense]
  const image = nativeImage.createFromDataURL(plain)
  image.addRepresentation({ scaleFactor: 2, dataURL: dense })
  if (onMac) image.setTemplateImage(true)
  return image
}
