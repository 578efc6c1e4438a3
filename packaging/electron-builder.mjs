// Where the installed program looks for newer versions (docs/releasing.md). Without it there is no updater: the packager would otherwise
// take the repository's own releases on GitHub.
// oxlint-disable-next-line node/no-process-env -- the packager's configuration is asked nothing else
const { MEDALLION_UPDATES_URL } = process.env

// oxlint-disable-next-line import/no-default-export -- as electron-builder wants it
export default {
  extends: 'packaging/electron-builder.yml',
  publish: MEDALLION_UPDATES_URL ? { provider: 'generic', url: MEDALLION_UPDATES_URL } : null,
}
