"""What a NetworkPolicy allows, which Service a host name means, and the connections of a pod."""
