# MSK Serverless for gaming.
#
# Written by mskfit plan; read it before you apply it.
# Price by mskfit: $6,635.95 a month

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
  default     = "us-east-1"
}

variable "subnet_ids" {
  description = "Subnets of the clients' side, in 2 or 3 availability zones that MSK Serverless has in this region."
  type        = list(string)
}

variable "security_group_ids" {
  description = "Security groups of the brokers; they must let clients in on port 9098."
  type        = list(string)
}

variable "tags" {
  description = "Tags of every resource."
  type        = map(string)
  default     = {}
}

resource "aws_msk_serverless_cluster" "this" {
  cluster_name = "gaming"

  vpc_config {
    subnet_ids         = var.subnet_ids
    security_group_ids = var.security_group_ids
  }

  client_authentication {
    sasl {
      iam {
        enabled = true
      }
    }
  }

  tags = var.tags
}

data "aws_msk_bootstrap_brokers" "this" {
  cluster_arn = aws_msk_serverless_cluster.this.arn
}

output "clusters" {
  description = "ARN, id for IAM policies, and bootstrap brokers of each cluster."
  value = {
    "gaming" = {
      arn                        = aws_msk_serverless_cluster.this.arn
      uuid                       = aws_msk_serverless_cluster.this.cluster_uuid
      bootstrap_brokers_sasl_iam = data.aws_msk_bootstrap_brokers.this.bootstrap_brokers_sasl_iam
    }
  }
}
