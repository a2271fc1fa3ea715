resource "aws_security_group" "task" {
  name        = var.name
  description = "mskfit"
  vpc_id      = var.vpc_id
  tags        = var.tags
}

resource "aws_vpc_security_group_egress_rule" "https" {
  security_group_id = aws_security_group.task.id
  description       = "AWS and alert targets"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

locals {
  brokers = merge([for name, group in var.kafka_security_group_ids : {
    for port in var.kafka_ports : "${name}-${port}" => { group = group, port = port }
  }]...)
}

resource "aws_vpc_security_group_egress_rule" "kafka" {
  for_each                     = local.brokers
  security_group_id            = aws_security_group.task.id
  description                  = "Kafka brokers"
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
  referenced_security_group_id = each.value.group
}

resource "aws_vpc_security_group_ingress_rule" "kafka" {
  for_each                     = local.brokers
  security_group_id            = each.value.group
  description                  = "mskfit reads"
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
  referenced_security_group_id = aws_security_group.task.id
}

resource "aws_vpc_security_group_ingress_rule" "web" {
  for_each                     = var.web_security_group_ids
  security_group_id            = aws_security_group.task.id
  description                  = "page and metrics"
  ip_protocol                  = "tcp"
  from_port                    = 9444
  to_port                      = 9444
  referenced_security_group_id = each.value
}

resource "aws_vpc_security_group_egress_rule" "extra" {
  for_each          = var.extra_egress
  security_group_id = aws_security_group.task.id
  description       = each.key
  ip_protocol       = "tcp"
  from_port         = each.value.port
  to_port           = each.value.port
  cidr_ipv4         = each.value.cidr
}
