import { MAX_MEMBERS, MAX_REACTIONS } from '../../../api/contract/chat.ts'
import type { ErrorCode } from '../../../api/contract/errors.ts'
import type { DesktopErrorCode, Failure } from '../../bridge.ts'
import { CallError } from './call.ts'
import { timeOfDay } from './dates.ts'

/** What a person reads for each code: what happened, and what to do about it. */
export const sentences: Record<ErrorCode | DesktopErrorCode, string> = {
  'request.invalid': 'The server did not accept this. Check what you entered and try again.',
  'request.not_found':
    'The server does not know this request. It may be older than this app; ask who runs it.',
  'request.method_not_allowed':
    'The server does not know this request. It may be older than this app; ask who runs it.',
  'request.too_large': 'This is too large for the server. Shorten it and try again.',
  'request.unsupported_type': 'The server could not read this request. Updating the app may help.',
  'request.timeout': 'The request took too long to reach the server. Check your connection and try again.',
  'request.headers_too_large': 'The server could not read this request. Signing in again may help.',
  'request.too_many': 'That was a lot within a minute. Wait a moment, then go on.',
  'session.unauthenticated': 'You are no longer signed in. Sign in again to go on.',
  'session.bad_credentials': 'Username or password is wrong. Check both and try again.',
  'session.username_taken': 'This username is taken. Choose another.',
  'session.not_found': 'This device is already signed out.',
  'session.user_not_found': 'This person no longer has an account here.',
  'session.not_admin': 'Only an admin of this workspace can do this.',
  'session.last_admin': 'You are the only admin. Make somebody else an admin first.',
  'session.too_many_attempts': 'There were too many attempts to sign in. Try again later.',
  'session.too_many_registrations': 'Too many accounts were made from your network. Try again later.',
  'session.registration_closed': 'This server takes no new accounts. Ask whoever runs it.',
  'session.invite_needed': 'This server needs an invite. Ask an admin of the workspace for a code.',
  'session.invite_invalid': 'This invite does not hold, or no longer. Ask for a new one.',
  'session.invite_not_found': 'This invite is no longer there.',
  'avatar.upload_not_found': 'The upload has expired. Try again to send the picture anew.',
  'avatar.upload_missing': 'The picture did not arrive at the storage. Try again.',
  'avatar.upload_mismatch': 'The picture was damaged on its way. Try again to send it anew.',
  'avatar.not_an_avatar': 'The server could not use this picture. Choose another image.',
  'avatar.not_found': 'This picture is no longer there.',
  'avatar.recent_not_found': 'This former picture is no longer kept.',
  'avatar.notice_not_found': 'This notice is no longer there.',
  'avatar.too_many_changes': 'The picture was changed too often. Try again later.',
  'chat.room_not_found': 'This conversation is gone, or you are no longer a member of it.',
  'chat.message_not_found': 'This message is no longer there.',
  'chat.message_deleted': 'This message has been deleted and can no longer be changed.',
  'chat.not_yours': 'You can only change your own messages.',
  'chat.not_a_group': 'People can only be added to rooms. Create a room to talk with several people.',
  'chat.unknown_person': 'Someone you chose no longer has an account here. Take them out and try again.',
  'chat.dm_with_yourself': 'A direct chat needs another person.',
  'chat.too_many_members': `A room holds at most ${MAX_MEMBERS} people. Choose fewer.`,
  'chat.too_many_reactions': `A message carries at most ${MAX_REACTIONS} different emoji. Use one that is there.`,
  'chat.attachment_not_found': 'This image is no longer there. Attach it again.',
  'chat.attachment_missing': 'The image did not arrive at the storage. Try again.',
  'chat.attachment_mismatch': 'The image was damaged on its way. Try again to send it anew.',
  'chat.not_an_image': 'The server could not use this image. Choose another one.',
  'chat.too_many_attachments': 'Those were a lot of images within a short time. Wait a moment, then go on.',
  'server.database_unavailable': 'The server cannot reach its database. Try again in a moment.',
  'server.storage_unavailable': 'The server cannot reach its picture storage. Try again in a moment.',
  'server.stopping': 'The server is just restarting. Try again in a moment.',
  'server.internal': 'Something went wrong on the server. Try again; if it stays, tell who runs it.',
  'desktop.invalid_argument': 'The app asked for something impossible. Restart it and try again.',
  'desktop.invalid_server': 'This is not a server address. It looks like https://chat.example.com.',
  'desktop.offline': 'This computer is offline. Check its network connection.',
  'desktop.server_unreachable': 'The server cannot be reached. Check your connection and the server address.',
  'desktop.not_medallion': 'There is no Medallion server at this address. Check it for a typing error.',
  'desktop.bad_answer':
    'The server answered in a way this app does not understand. Updating the app may help.',
  'desktop.signed_out': 'You are no longer signed in. Sign in again to go on.',
  'desktop.store_unreachable': 'The picture storage cannot be reached. Check your connection and try again.',
  'desktop.store_refused':
    'The picture storage refused the upload. Try again; if it stays, tell who runs the server.',
  'desktop.upload_expired':
    'The upload took too long and is no longer valid. Try again to send the picture anew.',
  'desktop.clock_skewed':
    'The clocks of the server and the picture storage differ, so the storage refuses uploads. Tell who runs the server.',
  'desktop.draft_gone': 'The chosen image is no longer available. Choose it again.',
  'desktop.file_too_large': 'This file is larger than 50 MB. Choose a smaller one.',
  'desktop.file_unreadable':
    'This file could not be opened. Check that it is still there and that you may read it.',
  'desktop.file_unwritable':
    'The file could not be written. Check that there is room and that you may write there, or choose another place.',
  'desktop.image_too_large': 'This image is larger than 20 MB. Choose a smaller one.',
  'desktop.not_an_image': 'This is not an image of a known kind. Choose another one.',
  'desktop.image_gone': 'This image is no longer there.',
  'desktop.internal': 'Something went wrong in the app. Try again; if it stays, restart it.',
}

/** The sentence for anything that was thrown, with what makes it exact: the request's id, when to try again, by how much a clock is wrong. */
export function sentenceFor(error: unknown): string {
  return error instanceof CallError ? sentenceOf(error.failure) : sentences['desktop.internal']
}

function sentenceOf({ code, detail, requestId, retryAfter, skew }: Failure): string {
  if (code === 'server.internal' && requestId) return `${sentences[code]} (Request ${requestId})`
  if (code === 'avatar.too_many_changes' && retryAfter !== undefined) {
    const when = timeOfDay(new Date(Date.now() + retryAfter * 1000))
    return `Pictures were changed too often within an hour. You can set the next one at ${when}.`
  }
  if (code === 'session.too_many_attempts' && retryAfter !== undefined)
    return `There were too many attempts to sign in. You can try again at ${timeOfDay(new Date(Date.now() + retryAfter * 1000))}.`
  if (code === 'desktop.clock_skewed' && skew !== undefined) {
    const [minutes, direction] = [
      Math.max(1, Math.round(Math.abs(skew) / 60)),
      skew > 0 ? 'ahead of' : 'behind',
    ]
    const by = minutes === 1 ? 'a minute' : `${minutes} minutes`
    return `The picture storage’s clock is ${by} ${direction} the server’s, so it refuses uploads. Tell who runs the server.`
  }
  if (code === 'desktop.store_refused' && detail !== '')
    return `The picture storage refused the upload (${detail}). Try again; if it stays, tell who runs the server.`
  return sentences[code]
}
