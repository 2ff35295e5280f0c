"""Ways to reach people who stand at no screen of ours."""
