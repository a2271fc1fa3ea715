# 3 × express.m7g.large for change-capture.
#
# Written by mskfit plan; read it before you apply it.
# Price by mskfit: $3,006.91 a month

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.60"
    }
  }
}

provider "aws" {
  region = var.region
}

variable "region" {
  description = "AWS region of the cluster; prices and limits were taken for this one."
  type        = string
  default     = "us-west-2"
}

variable "subnet_ids" {
  description = "3 subnets for the brokers, one in each availability zone."
  type        = list(string)

  validation {
    condition     = length(var.subnet_ids) == 3
    error_message = "Name 3 subnets, each in its own availability zone: the brokers spread evenly over them."
  }
}

variable "security_group_ids" {
  description = "Security groups of the brokers; they must let clients in on port 9096."
  type        = list(string)
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
  default     = {}
}

variable "kms_key_arn" {
  description = "KMS key for data at rest; null takes the key that AWS manages."
  type        = string
  default     = null
}

variable "kafka_version" {
  description = "Kafka version: the newest on offer; its name follows those of 3.7 to 4.1 and is not verified. aws kafka list-kafka-versions lists the exact names in your region."
  type        = string
  default     = "4.2.x.kraft"
}

variable "enhanced_monitoring" {
  description = "CloudWatch level. The price counts DEFAULT, which is free; CloudWatch bills more. mskfit reads topics from PER_TOPIC_PER_BROKER on."
  type        = string
  default     = "DEFAULT"
}

variable "scram_secret_arns" {
  description = "Secrets of SASL/SCRAM users: names begin with AmazonMSK_, encrypted with a KMS key of your own."
  type        = list(string)
}

variable "broker_properties" {
  description = "More broker properties, or other values for those below."
  type        = map(string)
  default     = {}
}

locals {
  broker_properties = merge({}, var.broker_properties)
}

resource "aws_msk_configuration" "this" {
  name              = "change-capture-4-2-x-kraft"
  kafka_versions    = [var.kafka_version]
  server_properties = join("\n", [for name, value in local.broker_properties : "${name}=${value}"])
}

resource "aws_msk_cluster" "this" {
  cluster_name           = "change-capture"
  kafka_version          = var.kafka_version
  number_of_broker_nodes = 3
  enhanced_monitoring    = var.enhanced_monitoring

  broker_node_group_info {
    instance_type   = "express.m7g.large"
    client_subnets  = var.subnet_ids
    security_groups = var.security_group_ids
  }

  configuration_info {
    arn      = aws_msk_configuration.this.arn
    revision = aws_msk_configuration.this.latest_revision
  }

  encryption_info {
    encryption_at_rest_kms_key_arn = var.kms_key_arn

    encryption_in_transit {
      client_broker = "TLS"
      in_cluster    = true
    }
  }

  client_authentication {
    unauthenticated = false

    sasl {
      iam   = false
      scram = true
    }
  }

  tags = var.tags
}

resource "aws_msk_scram_secret_association" "this" {
  cluster_arn     = aws_msk_cluster.this.arn
  secret_arn_list = var.scram_secret_arns
}

data "aws_msk_bootstrap_brokers" "this" {
  cluster_arn = aws_msk_cluster.this.arn
}

output "clusters" {
  description = "ARN, id for IAM policies, and bootstrap brokers of each cluster."
  value = {
    "change-capture" = {
      arn                          = aws_msk_cluster.this.arn
      uuid                         = aws_msk_cluster.this.cluster_uuid
      bootstrap_brokers_sasl_scram = data.aws_msk_bootstrap_brokers.this.bootstrap_brokers_sasl_scram
    }
  }
}
