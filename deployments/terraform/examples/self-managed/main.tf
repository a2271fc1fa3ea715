# A self-managed cluster with SCRAM. Nothing is asked of MSK or CloudWatch. History and ledger are external.
provider "aws" {
  region = "us-east-1"
}

variable "vpc_id" { type = string }
variable "subnet_ids" { type = list(string) }
variable "kafka_security_group_id" { type = string }
variable "kafka_password_secret_arn" { type = string }
variable "postgres_url_secret_arn" { type = string }

module "mskfit" {
  source = "../.."

  vpc_id                   = var.vpc_id
  subnet_ids               = var.subnet_ids
  watch_msk                = false
  storage                  = "external"
  kafka_ports              = [9093]
  kafka_security_group_ids = { kafka = var.kafka_security_group_id }
  extra_egress = {
    postgres   = { port = 5432, cidr = "10.0.0.0/16" }
    prometheus = { port = 9090, cidr = "10.0.0.0/16" }
  }
  secrets = {
    KAFKA_PASSWORD = var.kafka_password_secret_arn
    POSTGRES_URL   = var.postgres_url_secret_arn
  }

  config = <<-YAML
    web: {listen: ":9444"}
    ledger: {postgres_url: "$${POSTGRES_URL}"}
    history:
      external:
        write_url: http://prometheus.internal:9090/api/v1/write
        query_url: http://prometheus.internal:9090
    reports: {directory: ""}
    clusters:
      - name: orders
        kafka:
          bootstrap: [kafka-1.internal:9093, kafka-2.internal:9093]
          tls: {enabled: true}
          sasl: {mechanism: SCRAM-SHA-512, username: mskfit, password: "$${KAFKA_PASSWORD}"}
  YAML
}
