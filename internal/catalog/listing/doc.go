// Package listing shows a catalog to people and to spreadsheets. Start with [Of]; [CSV] and [JSON] are for programs.
package listing
