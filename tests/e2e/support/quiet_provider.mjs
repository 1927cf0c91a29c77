// `oidc-provider`, without its remarks about development settings, which would bury the test output.
import Provider from 'oidc-provider';

console.info = () => {};
console.warn = () => {};

export default Provider;
