import { sessionEndpoints as contract } from '../contract/session.ts'
import type { Mount } from '../platform/endpoint.ts'
import type { InviteService } from './invite.service.ts'
import type { SessionService } from './session.service.ts'

/** Mounts accounts, signing in, devices, people and invites. */
export function mountSession(
  mount: Mount,
  {
    sessions,
    invites,
    server,
  }: { sessions: SessionService; invites: InviteService; server: { name: string; version: string } },
): void {
  mount.open(contract.describeServer, async () => ({
    ...server,
    registration: await sessions.currentRegistration(),
  }))
  mount.open(contract.register, sessions.register)
  mount.open(contract.login, sessions.login)
  mount.signedIn(contract.logout, sessions.logout)
  mount.signedIn(contract.listDevices, sessions.listDevices)
  mount.signedIn(contract.revokeDevice, sessions.revokeDevice)
  mount.signedIn(contract.getMe, (actor) => sessions.getUser(actor.userId))
  mount.signedIn(contract.updateMe, sessions.updateMe)
  mount.signedIn(contract.listUsers, (_, input) => sessions.listUsers(input))
  mount.signedIn(contract.setRole, sessions.setRole)
  mount.signedIn(contract.getUser, (_, { id }) => sessions.getUser(id))
  mount.signedIn(contract.createInvite, invites.create)
  mount.signedIn(contract.listInvites, invites.list)
  mount.signedIn(contract.revokeInvite, invites.revoke)
}
