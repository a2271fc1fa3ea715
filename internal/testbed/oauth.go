package testbed

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// OAuth is a token server of the client credentials flow (RFC 6749, 4.4), with its public key as a key set (RFC 7517). A
// cluster with the mechanism OAUTHBEARER has one of its own, and its brokers check signature, age and audience.
type OAuth struct {
	TokenURL string // POST grant_type=client_credentials with client id and secret, in the body or as basic authentication
	Audience string // of every token

	keysURL string
	key     *rsa.PrivateKey
	clients map[string]string
}

// StartOAuth starts a token server for the clients, by id with their secrets. A token's subject is the client's id. It ends
// with the test.
func StartOAuth(t testing.TB, clients map[string]string) *OAuth {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatalf("make a token server's key: %v", err)
	}
	o := &OAuth{Audience: "kafka", key: key, clients: clients}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /token", o.serveToken)
	mux.HandleFunc("GET /keys", o.serveKeys)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	o.TokenURL, o.keysURL = server.URL+"/token", server.URL+"/keys"
	return o
}

// Token returns a signed token that names the client and is good for so long; with a negative time it has expired already.
func (o *OAuth) Token(client string, lifetime time.Duration) (string, error) {
	now := time.Now()
	header, err := json.Marshal(map[string]any{"alg": "RS256", "typ": "JWT", "kid": "1"})
	if err != nil {
		return "", err
	}
	claims, err := json.Marshal(map[string]any{
		"sub": client, "aud": o.Audience, "iss": "testbed", "scope": "kafka",
		"iat": now.Add(min(0, lifetime)).Unix() - 1, "exp": now.Add(lifetime).Unix(),
	})
	if err != nil {
		return "", err
	}
	signed := base64.RawURLEncoding.EncodeToString(header) + "." + base64.RawURLEncoding.EncodeToString(claims)
	sum := sha256.Sum256([]byte(signed))
	signature, err := rsa.SignPKCS1v15(rand.Reader, o.key, crypto.SHA256, sum[:])
	if err != nil {
		return "", err
	}
	return signed + "." + base64.RawURLEncoding.EncodeToString(signature), nil
}

func (o *OAuth) serveToken(w http.ResponseWriter, r *http.Request) {
	id, secret, ok := r.BasicAuth()
	if !ok {
		id, secret = r.FormValue("client_id"), r.FormValue("client_secret")
	}
	want, known := o.clients[id]
	switch {
	case r.FormValue("grant_type") != "client_credentials":
		reply(w, http.StatusBadRequest, map[string]any{"error": "unsupported_grant_type"})
		return
	case !known || want != secret:
		reply(w, http.StatusUnauthorized, map[string]any{"error": "invalid_client"})
		return
	}
	token, err := o.Token(id, 5*time.Minute)
	if err != nil {
		reply(w, http.StatusInternalServerError, map[string]any{"error": err.Error()})
		return
	}
	reply(w, http.StatusOK, map[string]any{"access_token": token, "token_type": "Bearer", "expires_in": 300})
}

func (o *OAuth) serveKeys(w http.ResponseWriter, _ *http.Request) {
	number := func(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
	reply(w, http.StatusOK, map[string]any{"keys": []map[string]string{{
		"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "1",
		"n": number(o.key.N.Bytes()), "e": number(big.NewInt(int64(o.key.E)).Bytes()),
	}}})
}

func reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		fmt.Fprintln(w, err)
	}
}

// properties are the brokers' side, below the listener's prefix. handler is the class that checks tokens.
func (o *OAuth) properties(handler string) map[string]string {
	return map[string]string{
		"oauthbearer.sasl.jaas.config":                   "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;",
		"oauthbearer.sasl.server.callback.handler.class": handler,
		"sasl.oauthbearer.jwks.endpoint.url":             o.keysURL,
		"sasl.oauthbearer.expected.audience":             o.Audience,
	}
}
