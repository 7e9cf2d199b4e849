package flow

import (
	"crypto"
	"errors"
	"strings"

	"github.com/golang-jwt/jwt/v5"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// token refuses whoever does not show a token that the step's credential
// verifies: by its secret, or by its public key. What the token says of its times
// counts.
func token(r *nodes.Request) (*events.RunResponded, error) {
	data, err := credentialOf(r, credentialJWT)
	if err != nil {
		return nil, err
	}
	scheme, sent, _ := strings.Cut(header(r, "authorization"), " ")
	if sent = strings.TrimSpace(sent); !strings.EqualFold(scheme, "bearer") || sent == "" {
		return &events.RunResponded{Status: 401, Body: []byte("No token provided")}, nil
	}
	algorithm, _ := data.Get("algorithm").Str()
	key, err := verifyingKey(data, algorithm)
	if err != nil {
		return nil, nodes.Fail("webhook.credential", "the credential for tokens cannot be used: "+err.Error(), -1)
	}
	_, err = jwt.NewParser(jwt.WithValidMethods([]string{algorithm})).Parse(sent, func(*jwt.Token) (any, error) { return key, nil })
	if err != nil {
		return &events.RunResponded{Status: 403, Body: []byte("Invalid token")}, nil //nolint:nilerr // it is refused
	}
	return nil, nil
}

// verifyingKey reads the key of an algorithm: a token may not choose it.
func verifyingKey(data item.Value, algorithm string) (crypto.PublicKey, error) {
	text := func(name string) string {
		s, _ := data.Get(name).Str()
		return s
	}
	if kind := text("keyType"); kind != "pemKey" {
		if !strings.HasPrefix(algorithm, "HS") || text("secret") == "" {
			return nil, errors.New("a passphrase needs a secret and one of the algorithms HS256, HS384 and HS512")
		}
		return []byte(text("secret")), nil
	}
	pem := []byte(text("publicKey"))
	switch {
	case strings.HasPrefix(algorithm, "RS"), strings.HasPrefix(algorithm, "PS"):
		return jwt.ParseRSAPublicKeyFromPEM(pem)
	case strings.HasPrefix(algorithm, "ES"):
		return jwt.ParseECPublicKeyFromPEM(pem)
	}
	return nil, errors.New("a key needs an algorithm that begins with RS, PS or ES")
}
