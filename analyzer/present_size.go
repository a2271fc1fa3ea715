package analyzer

import (
	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/verdict"
)

// standardWith appends the option of a size with a given number of brokers.
func (d *decision) standardWith(size catalog.StandardSize, brokers int) *option {
	z := &d.standardSizer
	if size.Family == "t3" {
		z = &d.t3Sizer
	}
	p := z.standard(&d.load, &size, d.in.Catalog.Standard.DefaultThroughputMiB)
	p.brokers = brokers
	b := d.bill()
	standardBill(&b, d.in, &d.profile, &d.load, size.Name, &p)
	o := d.provisioned(verdict.Standard, size.Name, &p, &b)
	standardReplication(&o.ruling, d.in, &d.load)
	o.local = d.localText(&d.load)
	d.standardTiered(&o.ruling, &d.load)
	d.standardSize(&o.ruling, &d.load, &size, &o.plan)
	return o
}

// expressWith appends the option of a size with a given number of brokers.
func (d *decision) expressWith(size catalog.ExpressSize, brokers int) *option {
	p := d.expressSizer.express(&d.load, &size)
	p.brokers = brokers
	b := d.bill()
	expressBill(&b, d.in, &d.profile, &d.load, size.Name, &p)
	o := d.provisioned(verdict.Express, size.Name, &p, &b)
	expressPartition(&o.ruling, d.in, &d.load)
	d.expressSize(&o.ruling, &d.load, &size, &o.plan)
	return o
}
