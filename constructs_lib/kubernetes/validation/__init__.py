"""The API server's validation of field values, one module for each part of the API.

Each function yields the path of a field and the problem with its value. Values of another type than the API's are
left alone.

Source: https://github.com/kubernetes/kubernetes/tree/master/pkg/apis (the `validation` package of each API group)
"""
