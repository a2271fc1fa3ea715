package mskfake

import (
	"encoding/xml"
	"fmt"
	"net/http"
)

// Caller is who STS takes everybody for.
const Caller = "arn:aws:sts::123456789012:assumed-role/mskfit/i-0abc"

func identify(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/xml")
	_, _ = fmt.Fprintf(w, `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>`+
		`<Arn>%s</Arn><UserId>AROA:i-0abc</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`, Caller)
}

// refuseXML refuses as the services of the query protocol do.
func refuseXML(w http.ResponseWriter, f *Fault) {
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(f.Status)
	_, _ = fmt.Fprintf(w, "<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>", f.Code)
	_ = xml.EscapeText(w, []byte(f.Message)) // a client that hung up needs no answer
	_, _ = fmt.Fprint(w, "</Message></Error></ErrorResponse>")
}
