// Plain JavaScript, so that an old Node can read it and say so instead of failing on the first type.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 24 || (major === 24 && minor < 7)) {
  process.stderr.write(
    `Closeback needs Node 24.7 or newer; this is Node ${process.versions.node}.\n` +
      'In a checkout, "npm ci" brings it along: start commands with "npm run" (for example: npm run demo).\n' +
      'Elsewhere, install Node 24 first.\n',
  )
  process.exit(2)
}
