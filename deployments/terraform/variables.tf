variable "name" {
  description = "Name of everything that is made."
  type        = string
  default     = "mskfit"
  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,30}$", var.name))
    error_message = "name: use up to 31 lower case letters, digits and dashes, beginning with a letter."
  }
}

variable "config" {
  description = "The configuration, as YAML (docs/configuration.md). data_directory must stay at /var/lib/mskfit and web.listen must be \":9444\"."
  type        = string
  validation {
    condition     = can(yamldecode(var.config)) && can(keys(yamldecode(var.config)))
    error_message = "config: not a YAML mapping. Use file(\"mskfit.yaml\") or yamlencode({...})."
  }
  validation {
    condition     = length(try(yamldecode(var.config).clusters, [])) + length(try(yamldecode(var.config).msk, [])) > 0
    error_message = "config: nothing to watch. Set clusters, or msk: [{regions: [...]}]."
  }
  validation {
    condition     = try(yamldecode(var.config).data_directory, "/var/lib/mskfit") == "/var/lib/mskfit"
    error_message = "config: data_directory must be /var/lib/mskfit, where the volume is."
  }
  validation {
    condition     = can(regex(":9444$", try(yamldecode(var.config).web.listen, "127.0.0.1:9444")))
    error_message = "config: web.listen must have port 9444; \":9444\" lets others in the VPC reach the page."
  }
}

variable "secrets" {
  description = "Environment variables from Secrets Manager or Parameter Store, by name, for $${NAME} in the configuration: {KAFKA_PASSWORD = \"arn:aws:secretsmanager:...\"}."
  type        = map(string)
  default     = {}
  validation {
    condition     = alltrue([for arn in values(var.secrets) : can(regex("^arn:[a-z-]+:(secretsmanager|ssm):", arn))])
    error_message = "secrets: every value must be the ARN of a Secrets Manager secret or a Parameter Store parameter."
  }
}

variable "image" {
  description = "Container image. Pin it by digest for production."
  type        = string
  default     = "ghcr.io/mskfit/mskfit:0.1.0"
}

variable "cpu_architecture" {
  description = "X86_64 or ARM64."
  type        = string
  default     = "ARM64"
  validation {
    condition     = contains(["X86_64", "ARM64"], var.cpu_architecture)
    error_message = "cpu_architecture: X86_64 or ARM64."
  }
}

variable "cpu" {
  description = "CPU units of the task: 256 (a quarter of a vCPU), 512, 1024, 2048 or 4096."
  type        = number
  default     = 256
}

variable "memory" {
  description = "Memory of the task in MiB. For cpu = 256: 512, 1024 or 2048."
  type        = number
  default     = 1024
}

variable "vpc_id" {
  description = "VPC of the task. It must reach the brokers, and AWS through a NAT gateway or VPC endpoints."
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets of the task and of the file system's mount targets."
  type        = list(string)
  validation {
    condition     = length(var.subnet_ids) > 0
    error_message = "subnet_ids: at least one subnet."
  }
}

variable "ecs_cluster_arn" {
  description = "ECS cluster to run in; null makes one."
  type        = string
  default     = null
}

variable "kafka_security_group_ids" {
  description = "Security groups of the Kafka brokers: mskfit may reach their kafka_ports, and they let it in. Empty for CloudWatch alone."
  type        = map(string)
  default     = {}
}

variable "kafka_ports" {
  description = "Ports of the brokers: 9092 plaintext, 9094 TLS, 9096 SCRAM, 9098 IAM."
  type        = list(number)
  default     = [9098]
  validation {
    condition     = alltrue([for p in var.kafka_ports : p >= 1 && p <= 65535])
    error_message = "kafka_ports: ports are from 1 to 65535."
  }
}

variable "web_security_group_ids" {
  description = "Security groups that may read the page and /metrics on port 9444, by a name of your choice."
  type        = map(string)
  default     = {}
}

variable "watch_msk" {
  description = "Allow the task to list MSK clusters and read their CloudWatch metrics."
  type        = bool
  default     = true
}

variable "kafka_iam" {
  description = "Allow the task to log in to MSK brokers with IAM, to describe topics and groups and sample record batches."
  type        = bool
  default     = false
}

variable "regions" {
  description = "Regions of the watched MSK clusters; empty: the provider's."
  type        = list(string)
  default     = []
}

variable "policy_json" {
  description = "The task role's policy instead of watch_msk and kafka_iam: `mskfit permissions -c mskfit.yaml --format json | jq .iam_policy` prints the least one for a configuration."
  type        = string
  default     = null
  validation {
    condition     = var.policy_json == null || can(jsondecode(var.policy_json).Statement)
    error_message = "policy_json: not an IAM policy. Give what mskfit permissions -c mskfit.yaml --format json | jq .iam_policy prints."
  }
}

variable "storage" {
  description = "efs: history and ledger on an EFS file system. external: the configuration names PostgreSQL (ledger) and a Prometheus-compatible server (history)."
  type        = string
  default     = "efs"
  validation {
    condition     = contains(["efs", "external"], var.storage)
    error_message = "storage: efs or external."
  }
}

variable "create_sns_topic" {
  description = "Make an SNS topic for alerts, and allow the task to publish to it. Its ARN is in the environment as SNS_TOPIC_ARN."
  type        = bool
  default     = false
}

variable "sns_kms_key_id" {
  description = "KMS key of the SNS topic."
  type        = string
  default     = "alias/aws/sns"
}

variable "log_retention_days" {
  description = "How long the log group keeps logs."
  type        = number
  default     = 30
}

variable "tags" {
  description = "Tags of everything that is made."
  type        = map(string)
  default     = {}
}

variable "extra_egress" {
  description = "What else the task may reach, by a name of your choice: {postgres = {port = 5432, cidr = \"10.0.0.0/16\"}}."
  type        = map(object({ port = number, cidr = string }))
  default     = {}
  validation {
    condition     = alltrue([for e in values(var.extra_egress) : can(cidrhost(e.cidr, 0)) && e.port >= 1 && e.port <= 65535])
    error_message = "extra_egress: every rule needs a port from 1 to 65535 and a cidr as 10.0.0.0/16."
  }
}
