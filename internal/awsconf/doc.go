// Package awsconf is how mskfit meets AWS: whose credentials, which role, which endpoints, how long to wait and how often to
// ask again. Start with [Open], which gives a [Session]; [Session.In] is what the SDK's clients of one region are made from.
// [Explain] turns what a call answered into words that say what to do, and [Allow] writes the policy statement that a call needs.
//
// Credentials come from the SDK's default chain (environment, shared files and profiles, SSO, web identity, container and instance
// roles); the configuration names a profile or a role and never holds a key. Proxies are those of the environment
// (HTTPS_PROXY, NO_PROXY). No credential gets into an error: what AWS answers is scrubbed first.
package awsconf
