"""How gunicorn runs the app: `gunicorn --config deploy/server/gunicorn.conf.py`."""

wsgi_app = "deploy.wsgi:application"
bind = "127.0.0.1:8000"
worker_class = "gthread"
workers = 1  # each worker reads the schedule and keeps its feeds in memory
threads = 4
keepalive = 75  # longer than the web server in front keeps its connections
control_socket_disable = True
