// Packages that are published as ES modules only may offer no entry to require(), which is how jest asks for one.
module.exports = function resolve(request, options) {
  try {
    return options.defaultResolver(request, options);
  } catch (error) {
    if (!/is not exported under the conditions/.test(error.message)) throw error;
    return options.defaultResolver(request, { ...options, conditions: [...options.conditions, 'import'] });
  }
};
