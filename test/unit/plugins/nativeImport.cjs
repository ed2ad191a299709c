// Required, not imported, so that the test runner leaves this `import` alone.
module.exports = (specifier) => import(specifier)
