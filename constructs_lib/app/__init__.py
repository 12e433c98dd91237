"""The cdk8s side: the app, its charts, argument checking, synthesis and writing files."""
