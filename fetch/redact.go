package fetch

import "strings"

// secrets are the names of query parameters that open a door. What else a query holds names what is asked for.
var secrets = []string{
	"token", "access_token", "auth_token", "authtoken", "auth", "apikey", "api_key", "api-key", "secret", "client_secret",
	"password", "passwd", "pwd", "pass", "sig", "signature", "jwt",
}

// Redact hides what an address keeps from strangers: the user name and password, and the values of parameters that are named
// for a secret. Logs, errors and exports print addresses so. It works on one that can't be parsed too.
func Redact(addr string) string {
	start := strings.Index(addr, "//")
	if start < 0 {
		return addr
	}
	start += len("//")
	end := len(addr)
	if i := strings.IndexAny(addr[start:], "/?#\\"); i >= 0 {
		end = start + i
	}
	if at := strings.LastIndexByte(addr[start:end], '@'); at >= 0 {
		addr = addr[:start] + "…@" + addr[start+at+1:]
	}
	before, query, ok := strings.Cut(addr, "?")
	if !ok {
		return addr
	}
	return before + "?" + redactQuery(query)
}

// redactQuery hides values, and leaves the rest as it is.
func redactQuery(query string) string {
	var b strings.Builder
	for query != "" {
		end := strings.IndexAny(query, "&;#")
		if end < 0 {
			end = len(query)
		}
		name, value, _ := strings.Cut(query[:end], "=")
		if value != "" && isSecret(name) {
			b.WriteString(name + "=…")
		} else {
			b.WriteString(query[:end])
		}
		sign := min(end+1, len(query))
		b.WriteString(query[end:sign])
		query = query[sign:]
	}
	return b.String()
}

func isSecret(name string) bool {
	for _, s := range secrets {
		if strings.EqualFold(name, s) {
			return true
		}
	}
	return false
}
