output "security_group_id" {
  description = "Security group of the task."
  value       = aws_security_group.task.id
}

output "task_role_arn" {
  description = "Role of the task: name it where another account must trust it."
  value       = aws_iam_role.task.arn
}

output "task_policy" {
  description = "Policy of the task role, as JSON."
  value       = jsonencode(local.task_policy)
}

output "sns_topic_arn" {
  description = "Topic of the alerts; null without create_sns_topic."
  value       = one(aws_sns_topic.alerts[*].arn)
}

output "log_group_name" {
  description = "Log group."
  value       = aws_cloudwatch_log_group.this.name
}
