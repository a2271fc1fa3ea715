locals {
  regions = length(var.regions) > 0 ? var.regions : [data.aws_region.current.name]

  # The policies are those of `mskfit permissions`; a test compares them. They name every region and account, which is narrowed here.
  reading = jsondecode(file("${path.module}/policies/${var.kafka_iam ? "watch-msk-and-kafka" : "watch-msk"}.json"))
  narrowed = [for s in local.reading.Statement : merge(s, {
    Resource = distinct(flatten([for r in s.Resource : [for region in local.regions :
      replace(r, "arn:aws:kafka:*:*:", "arn:${data.aws_partition.current.partition}:kafka:${region}:${data.aws_caller_identity.current.account_id}:")
    ]]))
  })]
  own      = var.policy_json != null ? jsondecode(var.policy_json).Statement : (var.watch_msk || var.kafka_iam ? local.narrowed : [])
  alerting = var.create_sns_topic ? jsondecode(replace(file("${path.module}/policies/alerts.json"), "TOPIC_ARN", aws_sns_topic.alerts[0].arn)).Statement : []
  storing = [for fs in aws_efs_file_system.data : {
    Sid      = "MountData"
    Effect   = "Allow"
    Action   = ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]
    Resource = [fs.arn]
  }]
  task_policy = { Version = "2012-10-17", Statement = concat(local.own, local.alerting, local.storing) }
}

data "aws_iam_policy_document" "ecs" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

resource "aws_iam_role" "task" {
  name               = "${var.name}-task"
  assume_role_policy = data.aws_iam_policy_document.ecs.json
  tags               = var.tags
}

resource "aws_iam_role_policy" "task" {
  count  = var.policy_json != null || var.watch_msk || var.kafka_iam || var.create_sns_topic || var.storage == "efs" ? 1 : 0
  name   = "mskfit"
  role   = aws_iam_role.task.id
  policy = jsonencode(local.task_policy)
}

# The execution role starts the task: it pulls the image, writes the log and reads the secrets. mskfit itself does not have it.
locals {
  execution_policy = { Version = "2012-10-17", Statement = concat([
    {
      Sid      = "WriteLog"
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = ["${aws_cloudwatch_log_group.this.arn}:*"]
    },
    ], length(var.secrets) == 0 ? [] : [
    {
      Sid      = "ReadSecrets"
      Effect   = "Allow"
      Action   = ["secretsmanager:GetSecretValue", "ssm:GetParameters"]
      Resource = values(var.secrets)
    },
    ], strcontains(var.image, ".dkr.ecr.") ? [
    {
      Sid      = "PullImage"
      Effect   = "Allow"
      Action   = ["ecr:GetAuthorizationToken", "ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
      Resource = ["*"]
    },
  ] : []) }
}

resource "aws_iam_role" "execution" {
  name               = "${var.name}-execution"
  assume_role_policy = data.aws_iam_policy_document.ecs.json
  tags               = var.tags
}

resource "aws_iam_role_policy" "execution" {
  name   = "mskfit"
  role   = aws_iam_role.execution.id
  policy = jsonencode(local.execution_policy)
}
