from __future__ import annotations

from pkgutil import extend_path
__path__ = extend_path(__path__, __name__)

import abc
import builtins
import datetime
import enum
import typing

import jsii
import publication
import typing_extensions

from jsii._type_checking import cached_type_hints, check_type


from ._jsii import *

class _LazyImport:
    def __init__(self, module_name: str) -> None:
        self._module_name = module_name
        self._module: typing.Any = None
    def __getattr__(self, name: str) -> typing.Any:
        if self._module is None:
            import importlib
            self._module = importlib.import_module(self._module_name)
        return getattr(self._module, name)

if typing.TYPE_CHECKING:

    import cdk8s as _cdk8s_d3d9af27
    import constructs as _constructs_77d1e7e8
else:

    _cdk8s_d3d9af27 = _LazyImport("cdk8s")
    _constructs_77d1e7e8 = _LazyImport("constructs")


class RabbitmqCluster(
    _cdk8s_d3d9af27.ApiObject,
    metaclass=jsii.JSIIMeta,
    jsii_type="comrabbitmq.RabbitmqCluster",
):
    '''
    :schema: RabbitmqCluster
    '''

    def __init__(
        self,
        scope: "_constructs_77d1e7e8.Construct",
        id: builtins.str,
        *,
        metadata: typing.Optional[typing.Union["_cdk8s_d3d9af27.ApiObjectMetadata", typing.Dict[builtins.str, typing.Any]]] = None,
        spec: typing.Optional[typing.Union["RabbitmqClusterSpec", typing.Dict[builtins.str, typing.Any]]] = None,
    ) -> None:
        '''Defines a "RabbitmqCluster" API object.

        :param scope: the scope in which to define this object.
        :param id: a scope-local name for the object.
        :param metadata: 
        :param spec: 
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__1b99d79ab676fe657dbd689539cde78935d0c76a6031f7171ad5ab4c12403e93)
            check_type(argname="argument scope", value=scope, expected_type=type_hints["scope"])
            check_type(argname="argument id", value=id, expected_type=type_hints["id"])
        props = RabbitmqClusterProps(metadata=metadata, spec=spec)

        jsii.create(self.__class__, self, [scope, id, props])

    @jsii.member(jsii_name="manifest")
    @builtins.classmethod
    def manifest(
        cls,
        *,
        metadata: typing.Optional[typing.Union["_cdk8s_d3d9af27.ApiObjectMetadata", typing.Dict[builtins.str, typing.Any]]] = None,
        spec: typing.Optional[typing.Union["RabbitmqClusterSpec", typing.Dict[builtins.str, typing.Any]]] = None,
    ) -> typing.Any:
        '''Renders a Kubernetes manifest for "RabbitmqCluster".

        This can be used to inline resource manifests inside other objects (e.g. as templates).

        :param metadata: 
        :param spec: 
        '''
        props = RabbitmqClusterProps(metadata=metadata, spec=spec)

        return typing.cast(typing.Any, jsii.sinvoke(cls, "manifest", [props]))

    @jsii.member(jsii_name="toJson")
    def to_json(self) -> typing.Any:
        '''Renders the object to Kubernetes JSON.'''
        return typing.cast(typing.Any, jsii.invoke(self, "toJson", []))

    @jsii.python.classproperty
    @jsii.member(jsii_name="GVK")
    def GVK(cls) -> "_cdk8s_d3d9af27.GroupVersionKind":
        '''Returns the apiVersion and kind for "RabbitmqCluster".'''
        return typing.cast("_cdk8s_d3d9af27.GroupVersionKind", jsii.sget(cls, "GVK"))


@jsii.data_type(
    jsii_type="comrabbitmq.RabbitmqClusterProps",
    jsii_struct_bases=[],
    name_mapping={"metadata": "metadata", "spec": "spec"},
)
class RabbitmqClusterProps:
    def __init__(
        self,
        *,
        metadata: typing.Optional[typing.Union["_cdk8s_d3d9af27.ApiObjectMetadata", typing.Dict[builtins.str, typing.Any]]] = None,
        spec: typing.Optional[typing.Union["RabbitmqClusterSpec", typing.Dict[builtins.str, typing.Any]]] = None,
    ) -> None:
        '''
        :param metadata: 
        :param spec: 

        :schema: RabbitmqCluster
        '''
        if isinstance(metadata, dict):
            metadata = _cdk8s_d3d9af27.ApiObjectMetadata(**metadata)
        if isinstance(spec, dict):
            spec = RabbitmqClusterSpec(**spec)
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__f4d76c04bb5fdeb8c5c5d10421d6f96c78ac6305e53979ad5f1a6d8e519ce205)
            check_type(argname="argument metadata", value=metadata, expected_type=type_hints["metadata"])
            check_type(argname="argument spec", value=spec, expected_type=type_hints["spec"])
        self._values: typing.Dict[builtins.str, typing.Any] = {}
        if metadata is not None:
            self._values["metadata"] = metadata
        if spec is not None:
            self._values["spec"] = spec

    @builtins.property
    def metadata(self) -> typing.Optional["_cdk8s_d3d9af27.ApiObjectMetadata"]:
        '''
        :schema: RabbitmqCluster#metadata
        '''
        result = self._values.get("metadata")
        return typing.cast(typing.Optional["_cdk8s_d3d9af27.ApiObjectMetadata"], result)

    @builtins.property
    def spec(self) -> typing.Optional["RabbitmqClusterSpec"]:
        '''
        :schema: RabbitmqCluster#spec
        '''
        result = self._values.get("spec")
        return typing.cast(typing.Optional["RabbitmqClusterSpec"], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "RabbitmqClusterProps(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


@jsii.data_type(
    jsii_type="comrabbitmq.RabbitmqClusterSpec",
    jsii_struct_bases=[],
    name_mapping={
        "affinity": "affinity",
        "auto_enable_all_feature_flags": "autoEnableAllFeatureFlags",
        "delay_start_seconds": "delayStartSeconds",
        "image": "image",
        "image_pull_secrets": "imagePullSecrets",
        "override": "override",
        "persistence": "persistence",
        "rabbitmq": "rabbitmq",
        "replicas": "replicas",
        "resources": "resources",
        "secret_backend": "secretBackend",
        "service": "service",
        "skip_post_deploy_steps": "skipPostDeploySteps",
        "termination_grace_period_seconds": "terminationGracePeriodSeconds",
        "tls": "tls",
        "tolerations": "tolerations",
    },
)
class RabbitmqClusterSpec:
    def __init__(
        self,
        *,
        affinity: typing.Any = None,
        auto_enable_all_feature_flags: typing.Optional[builtins.bool] = None,
        delay_start_seconds: typing.Optional[jsii.Number] = None,
        image: typing.Optional[builtins.str] = None,
        image_pull_secrets: typing.Optional[typing.Sequence[typing.Union["RabbitmqClusterSpecImagePullSecrets", typing.Dict[builtins.str, typing.Any]]]] = None,
        override: typing.Any = None,
        persistence: typing.Optional[typing.Union["RabbitmqClusterSpecPersistence", typing.Dict[builtins.str, typing.Any]]] = None,
        rabbitmq: typing.Optional[typing.Union["RabbitmqClusterSpecRabbitmq", typing.Dict[builtins.str, typing.Any]]] = None,
        replicas: typing.Optional[jsii.Number] = None,
        resources: typing.Optional[typing.Union["RabbitmqClusterSpecResources", typing.Dict[builtins.str, typing.Any]]] = None,
        secret_backend: typing.Optional[typing.Union["RabbitmqClusterSpecSecretBackend", typing.Dict[builtins.str, typing.Any]]] = None,
        service: typing.Optional[typing.Union["RabbitmqClusterSpecService", typing.Dict[builtins.str, typing.Any]]] = None,
        skip_post_deploy_steps: typing.Optional[builtins.bool] = None,
        termination_grace_period_seconds: typing.Optional[jsii.Number] = None,
        tls: typing.Optional[typing.Union["RabbitmqClusterSpecTls", typing.Dict[builtins.str, typing.Any]]] = None,
        tolerations: typing.Optional[typing.Sequence[typing.Union["RabbitmqClusterSpecTolerations", typing.Dict[builtins.str, typing.Any]]]] = None,
    ) -> None:
        '''
        :param affinity: 
        :param auto_enable_all_feature_flags: 
        :param delay_start_seconds: 
        :param image: 
        :param image_pull_secrets: 
        :param override: 
        :param persistence: 
        :param rabbitmq: 
        :param replicas: 
        :param resources: 
        :param secret_backend: 
        :param service: 
        :param skip_post_deploy_steps: 
        :param termination_grace_period_seconds: 
        :param tls: 
        :param tolerations: 

        :schema: RabbitmqClusterSpec
        '''
        if isinstance(persistence, dict):
            persistence = RabbitmqClusterSpecPersistence(**persistence)
        if isinstance(rabbitmq, dict):
            rabbitmq = RabbitmqClusterSpecRabbitmq(**rabbitmq)
        if isinstance(resources, dict):
            resources = RabbitmqClusterSpecResources(**resources)
        if isinstance(secret_backend, dict):
            secret_backend = RabbitmqClusterSpecSecretBackend(**secret_backend)
        if isinstance(service, dict):
            service = RabbitmqClusterSpecService(**service)
        if isinstance(tls, dict):
            tls = RabbitmqClusterSpecTls(**tls)
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__56a8dbf0f21db05b749523e803861b524e282ef68edbb0a65dfbe794c6b45806)
            check_type(argname="argument affinity", value=affinity, expected_type=type_hints["affinity"])
            check_type(argname="argument auto_enable_all_feature_flags", value=auto_enable_all_feature_flags, expected_type=type_hints["auto_enable_all_feature_flags"])
            check_type(argname="argument delay_start_seconds", value=delay_start_seconds, expected_type=type_hints["delay_start_seconds"])
            check_type(argname="argument image", value=image, expected_type=type_hints["image"])
            check_type(argname="argument image_pull_secrets", value=image_pull_secrets, expected_type=type_hints["image_pull_secrets"])
            check_type(argname="argument override", value=override, expected_type=type_hints["override"])
            check_type(argname="argument persistence", value=persistence, expected_type=type_hints["persistence"])
            check_type(argname="argument rabbitmq", value=rabbitmq, expected_type=type_hints["rabbitmq"])
            check_type(argname="argument replicas", value=replicas, expected_type=type_hints["replicas"])
            check_type(argname="argument resources", value=resources, expected_type=type_hints["resources"])
            check_type(argname="argument secret_backend", value=secret_backend, expected_type=type_hints["secret_backend"])
            check_type(argname="argument service", value=service, expected_type=type_hints["service"])
            check_type(argname="argument skip_post_deploy_steps", value=skip_post_deploy_steps, expected_type=type_hints["skip_post_deploy_steps"])
            check_type(argname="argument termination_grace_period_seconds", value=termination_grace_period_seconds, expected_type=type_hints["termination_grace_period_seconds"])
            check_type(argname="argument tls", value=tls, expected_type=type_hints["tls"])
            check_type(argname="argument tolerations", value=tolerations, expected_type=type_hints["tolerations"])
        self._values: typing.Dict[builtins.str, typing.Any] = {}
        if affinity is not None:
            self._values["affinity"] = affinity
        if auto_enable_all_feature_flags is not None:
            self._values["auto_enable_all_feature_flags"] = auto_enable_all_feature_flags
        if delay_start_seconds is not None:
            self._values["delay_start_seconds"] = delay_start_seconds
        if image is not None:
            self._values["image"] = image
        if image_pull_secrets is not None:
            self._values["image_pull_secrets"] = image_pull_secrets
        if override is not None:
            self._values["override"] = override
        if persistence is not None:
            self._values["persistence"] = persistence
        if rabbitmq is not None:
            self._values["rabbitmq"] = rabbitmq
        if replicas is not None:
            self._values["replicas"] = replicas
        if resources is not None:
            self._values["resources"] = resources
        if secret_backend is not None:
            self._values["secret_backend"] = secret_backend
        if service is not None:
            self._values["service"] = service
        if skip_post_deploy_steps is not None:
            self._values["skip_post_deploy_steps"] = skip_post_deploy_steps
        if termination_grace_period_seconds is not None:
            self._values["termination_grace_period_seconds"] = termination_grace_period_seconds
        if tls is not None:
            self._values["tls"] = tls
        if tolerations is not None:
            self._values["tolerations"] = tolerations

    @builtins.property
    def affinity(self) -> typing.Any:
        '''
        :schema: RabbitmqClusterSpec#affinity
        '''
        result = self._values.get("affinity")
        return typing.cast(typing.Any, result)

    @builtins.property
    def auto_enable_all_feature_flags(self) -> typing.Optional[builtins.bool]:
        '''
        :schema: RabbitmqClusterSpec#autoEnableAllFeatureFlags
        '''
        result = self._values.get("auto_enable_all_feature_flags")
        return typing.cast(typing.Optional[builtins.bool], result)

    @builtins.property
    def delay_start_seconds(self) -> typing.Optional[jsii.Number]:
        '''
        :schema: RabbitmqClusterSpec#delayStartSeconds
        '''
        result = self._values.get("delay_start_seconds")
        return typing.cast(typing.Optional[jsii.Number], result)

    @builtins.property
    def image(self) -> typing.Optional[builtins.str]:
        '''
        :schema: RabbitmqClusterSpec#image
        '''
        result = self._values.get("image")
        return typing.cast(typing.Optional[builtins.str], result)

    @builtins.property
    def image_pull_secrets(
        self,
    ) -> typing.Optional[typing.List["RabbitmqClusterSpecImagePullSecrets"]]:
        '''
        :schema: RabbitmqClusterSpec#imagePullSecrets
        '''
        result = self._values.get("image_pull_secrets")
        return typing.cast(typing.Optional[typing.List["RabbitmqClusterSpecImagePullSecrets"]], result)

    @builtins.property
    def override(self) -> typing.Any:
        '''
        :schema: RabbitmqClusterSpec#override
        '''
        result = self._values.get("override")
        return typing.cast(typing.Any, result)

    @builtins.property
    def persistence(self) -> typing.Optional["RabbitmqClusterSpecPersistence"]:
        '''
        :schema: RabbitmqClusterSpec#persistence
        '''
        result = self._values.get("persistence")
        return typing.cast(typing.Optional["RabbitmqClusterSpecPersistence"], result)

    @builtins.property
    def rabbitmq(self) -> typing.Optional["RabbitmqClusterSpecRabbitmq"]:
        '''
        :schema: RabbitmqClusterSpec#rabbitmq
        '''
        result = self._values.get("rabbitmq")
        return typing.cast(typing.Optional["RabbitmqClusterSpecRabbitmq"], result)

    @builtins.property
    def replicas(self) -> typing.Optional[jsii.Number]:
        '''
        :schema: RabbitmqClusterSpec#replicas
        '''
        result = self._values.get("replicas")
        return typing.cast(typing.Optional[jsii.Number], result)

    @builtins.property
    def resources(self) -> typing.Optional["RabbitmqClusterSpecResources"]:
        '''
        :schema: RabbitmqClusterSpec#resources
        '''
        result = self._values.get("resources")
        return typing.cast(typing.Optional["RabbitmqClusterSpecResources"], result)

    @builtins.property
    def secret_backend(self) -> typing.Optional["RabbitmqClusterSpecSecretBackend"]:
        '''
        :schema: RabbitmqClusterSpec#secretBackend
        '''
        result = self._values.get("secret_backend")
        return typing.cast(typing.Optional["RabbitmqClusterSpecSecretBackend"], result)

    @builtins.property
    def service(self) -> typing.Optional["RabbitmqClusterSpecService"]:
        '''
        :schema: RabbitmqClusterSpec#service
        '''
        result = self._values.get("service")
        return typing.cast(typing.Optional["RabbitmqClusterSpecService"], result)

    @builtins.property
    def skip_post_deploy_steps(self) -> typing.Optional[builtins.bool]:
        '''
        :schema: RabbitmqClusterSpec#skipPostDeploySteps
        '''
        result = self._values.get("skip_post_deploy_steps")
        return typing.cast(typing.Optional[builtins.bool], result)

    @builtins.property
    def termination_grace_period_seconds(self) -> typing.Optional[jsii.Number]:
        '''
        :schema: RabbitmqClusterSpec#terminationGracePeriodSeconds
        '''
        result = self._values.get("termination_grace_period_seconds")
        return typing.cast(typing.Optional[jsii.Number], result)

    @builtins.property
    def tls(self) -> typing.Optional["RabbitmqClusterSpecTls"]:
        '''
        :schema: RabbitmqClusterSpec#tls
        '''
        result = self._values.get("tls")
        return typing.cast(typing.Optional["RabbitmqClusterSpecTls"], result)

    @builtins.property
    def tolerations(
        self,
    ) -> typing.Optional[typing.List["RabbitmqClusterSpecTolerations"]]:
        '''
        :schema: RabbitmqClusterSpec#tolerations
        '''
        result = self._values.get("tolerations")
        return typing.cast(typing.Optional[typing.List["RabbitmqClusterSpecTolerations"]], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "RabbitmqClusterSpec(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


@jsii.data_type(
    jsii_type="comrabbitmq.RabbitmqClusterSpecImagePullSecrets",
    jsii_struct_bases=[],
    name_mapping={"name": "name"},
)
class RabbitmqClusterSpecImagePullSecrets:
    def __init__(self, *, name: typing.Optional[builtins.str] = None) -> None:
        '''
        :param name: 

        :schema: RabbitmqClusterSpecImagePullSecrets
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__3dbee492453223ff9d6eb8151424731416abbb17db618c764134ba9049a2a67c)
            check_type(argname="argument name", value=name, expected_type=type_hints["name"])
        self._values: typing.Dict[builtins.str, typing.Any] = {}
        if name is not None:
            self._values["name"] = name

    @builtins.property
    def name(self) -> typing.Optional[builtins.str]:
        '''
        :schema: RabbitmqClusterSpecImagePullSecrets#name
        '''
        result = self._values.get("name")
        return typing.cast(typing.Optional[builtins.str], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "RabbitmqClusterSpecImagePullSecrets(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


@jsii.data_type(
    jsii_type="comrabbitmq.RabbitmqClusterSpecPersistence",
    jsii_struct_bases=[],
    name_mapping={
        "empty_dir": "emptyDir",
        "storage": "storage",
        "storage_class_name": "storageClassName",
    },
)
class RabbitmqClusterSpecPersistence:
    def __init__(
        self,
        *,
        empty_dir: typing.Optional[typing.Union["RabbitmqClusterSpecPersistenceEmptyDir", typing.Dict[builtins.str, typing.Any]]] = None,
        storage: typing.Optional["RabbitmqClusterSpecPersistenceStorage"] = None,
        storage_class_name: typing.Optional[builtins.str] = None,
    ) -> None:
        '''
        :param empty_dir: 
        :param storage: 
        :param storage_class_name: 

        :schema: RabbitmqClusterSpecPersistence
        '''
        if isinstance(empty_dir, dict):
            empty_dir = RabbitmqClusterSpecPersistenceEmptyDir(**empty_dir)
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__d0511aa5479232a774cab7a902c274666440723f33d98d5984fe9d4794e14e61)
            check_type(argname="argument empty_dir", value=empty_dir, expected_type=type_hints["empty_dir"])
            check_type(argname="argument storage", value=storage, expected_type=type_hints["storage"])
            check_type(argname="argument storage_class_name", value=storage_class_name, expected_type=type_hints["storage_class_name"])
        self._values: typing.Dict[builtins.str, typing.Any] = {}
        if empty_dir is not None:
            self._values["empty_dir"] = empty_dir
        if storage is not None:
            self._values["storage"] = storage
        if storage_class_name is not None:
            self._values["storage_class_name"] = storage_class_name

    @builtins.property
    def empty_dir(self) -> typing.Optional["RabbitmqClusterSpecPersistenceEmptyDir"]:
        '''
        :schema: RabbitmqClusterSpecPersistence#emptyDir
        '''
        result = self._values.get("empty_dir")
        return typing.cast(typing.Optional["RabbitmqClusterSpecPersistenceEmptyDir"], result)

    @builtins.property
    def storage(self) -> typing.Optional["RabbitmqClusterSpecPersistenceStorage"]:
        '''
        :schema: RabbitmqClusterSpecPersistence#storage
        '''
        result = self._values.get("storage")
        return typing.cast(typing.Optional["RabbitmqClusterSpecPersistenceStorage"], result)

    @builtins.property
    def storage_class_name(self) -> typing.Optional[builtins.str]:
        '''
        :schema: RabbitmqClusterSpecPersistence#storageClassName
        '''
        result = self._values.get("storage_class_name")
        return typing.cast(typing.Optional[builtins.str], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "RabbitmqClusterSpecPersistence(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


@jsii.data_type(
    jsii_type="comrabbitmq.RabbitmqClusterSpecPersistenceEmptyDir",
    jsii_struct_bases=[],
    name_mapping={"medium": "medium", "size_limit": "sizeLimit"},
)
class RabbitmqClusterSpecPersistenceEmptyDir:
    def __init__(
        self,
        *,
        medium: typing.Optional[builtins.str] = None,
        size_limit: typing.Optional["RabbitmqClusterSpecPersistenceEmptyDirSizeLimit"] = None,
    ) -> None:
        '''
        :param medium: 
        :param size_limit: 

        :schema: RabbitmqClusterSpecPersistenceEmptyDir
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__90f2c85edb6bd7601ca979e8e3bf62e506cd57cb867b4084d111a369297126de)
            check_type(argname="argument medium", value=medium, expected_type=type_hints["medium"])
            check_type(argname="argument size_limit", value=size_limit, expected_type=type_hints["size_limit"])
        self._values: typing.Dict[builtins.str, typing.Any] = {}
        if medium is not None:
            self._values["medium"] = medium
        if size_limit is not None:
            self._values["size_limit"] = size_limit

    @builtins.property
    def medium(self) -> typing.Optional[builtins.str]:
        '''
        :schema: RabbitmqClusterSpecPersistenceEmptyDir#medium
        '''
        result = self._values.get("medium")
        return typing.cast(typing.Optional[builtins.str], result)

    @builtins.property
    def size_limit(
        self,
    ) -> typing.Optional["RabbitmqClusterSpecPersistenceEmptyDirSizeLimit"]:
        '''
        :schema: RabbitmqClusterSpecPersistenceEmptyDir#sizeLimit
        '''
        result = self._values.get("size_limit")
        return typing.cast(typing.Optional["RabbitmqClusterSpecPersistenceEmptyDirSizeLimit"], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "RabbitmqClusterSpecPersistenceEmptyDir(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


class RabbitmqClusterSpecPersistenceEmptyDirSizeLimit(
    metaclass=jsii.JSIIMeta,
    jsii_type="comrabbitmq.RabbitmqClusterSpecPersistenceEmptyDirSizeLimit",
):
    '''
    :schema: RabbitmqClusterSpecPersistenceEmptyDirSizeLimit
    '''

    @jsii.member(jsii_name="fromNumber")
    @builtins.classmethod
    def from_number(
        cls,
        value: jsii.Number,
    ) -> "RabbitmqClusterSpecPersistenceEmptyDirSizeLimit":
        '''
        :param value: -
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__29bcde44209dc04d0dc78fdbaafa0881e83658f5a86eed83139c4d5867d8f8b0)
            check_type(argname="argument value", value=value, expected_type=type_hints["value"])
        return typing.cast("RabbitmqClusterSpecPersistenceEmptyDirSizeLimit", jsii.sinvoke(cls, "fromNumber", [value]))

    @jsii.member(jsii_name="fromString")
    @builtins.classmethod
    def from_string(
        cls,
        value: builtins.str,
    ) -> "RabbitmqClusterSpecPersistenceEmptyDirSizeLimit":
        '''
        :param value: -
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__1be4addbd5df1be7a99ee1ea8dd5348f023901d45701ebbad963d14c24fa5bd5)
            check_type(argname="argument value", value=value, expected_type=type_hints["value"])
        return typing.cast("RabbitmqClusterSpecPersistenceEmptyDirSizeLimit", jsii.sinvoke(cls, "fromString", [value]))

    @builtins.property
    @jsii.member(jsii_name="value")
    def value(self) -> typing.Union[builtins.str, jsii.Number]:
        return typing.cast(typing.Union[builtins.str, jsii.Number], jsii.get(self, "value"))


class RabbitmqClusterSpecPersistenceStorage(
    metaclass=jsii.JSIIMeta,
    jsii_type="comrabbitmq.RabbitmqClusterSpecPersistenceStorage",
):
    '''
    :schema: RabbitmqClusterSpecPersistenceStorage
    '''

    @jsii.member(jsii_name="fromNumber")
    @builtins.classmethod
    def from_number(cls, value: jsii.Number) -> "RabbitmqClusterSpecPersistenceStorage":
        '''
        :param value: -
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__53edbb1d50d92629cfe1fa093addd73f25e7d2407539027b3ddb4bfdbee068a6)
            check_type(argname="argument value", value=value, expected_type=type_hints["value"])
        return typing.cast("RabbitmqClusterSpecPersistenceStorage", jsii.sinvoke(cls, "fromNumber", [value]))

    @jsii.member(jsii_name="fromString")
    @builtins.classmethod
    def from_string(
        cls,
        value: builtins.str,
    ) -> "RabbitmqClusterSpecPersistenceStorage":
        '''
        :param value: -
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__a2057ae52a9d2fbb4146e14c92080a5e0e6066678b3be1d9f59908910286d152)
            check_type(argname="argument value", value=value, expected_type=type_hints["value"])
        return typing.cast("RabbitmqClusterSpecPersistenceStorage", jsii.sinvoke(cls, "fromString", [value]))

    @builtins.property
    @jsii.member(jsii_name="value")
    def value(self) -> typing.Union[builtins.str, jsii.Number]:
        return typing.cast(typing.Union[builtins.str, jsii.Number], jsii.get(self, "value"))


@jsii.data_type(
    jsii_type="comrabbitmq.RabbitmqClusterSpecRabbitmq",
    jsii_struct_bases=[],
    name_mapping={
        "additional_config": "additionalConfig",
        "additional_plugins": "additionalPlugins",
        "advanced_config": "advancedConfig",
        "env_config": "envConfig",
        "erlang_inet_config": "erlangInetConfig",
    },
)
class RabbitmqClusterSpecRabbitmq:
    def __init__(
        self,
        *,
        additional_config: typing.Optional[builtins.str] = None,
        additional_plugins: typing.Optional[typing.Sequence[builtins.str]] = None,
        advanced_config: typing.Optional[builtins.str] = None,
        env_config: typing.Optional[builtins.str] = None,
        erlang_inet_config: typing.Optional[builtins.str] = None,
    ) -> None:
        '''
        :param additional_config: 
        :param additional_plugins: 
        :param advanced_config: 
        :param env_config: 
        :param erlang_inet_config: 

        :schema: RabbitmqClusterSpecRabbitmq
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__2b9b17fd1a0e25debaff96f8227c80867a401fbb68d7f3425495c30b8027600b)
            check_type(argname="argument additional_config", value=additional_config, expected_type=type_hints["additional_config"])
            check_type(argname="argument additional_plugins", value=additional_plugins, expected_type=type_hints["additional_plugins"])
            check_type(argname="argument advanced_config", value=advanced_config, expected_type=type_hints["advanced_config"])
            check_type(argname="argument env_config", value=env_config, expected_type=type_hints["env_config"])
            check_type(argname="argument erlang_inet_config", value=erlang_inet_config, expected_type=type_hints["erlang_inet_config"])
        self._values: typing.Dict[builtins.str, typing.Any] = {}
        if additional_config is not None:
            self._values["additional_config"] = additional_config
        if additional_plugins is not None:
            self._values["additional_plugins"] = additional_plugins
        if advanced_config is not None:
            self._values["advanced_config"] = advanced_config
        if env_config is not None:
            self._values["env_config"] = env_config
        if erlang_inet_config is not None:
            self._values["erlang_inet_config"] = erlang_inet_config

    @builtins.property
    def additional_config(self) -> typing.Optional[builtins.str]:
        '''
        :schema: RabbitmqClusterSpecRabbitmq#additionalConfig
        '''
        result = self._values.get("additional_config")
        return typing.cast(typing.Optional[builtins.str], result)

    @builtins.property
    def additional_plugins(self) -> typing.Optional[typing.List[builtins.str]]:
        '''
        :schema: RabbitmqClusterSpecRabbitmq#additionalPlugins
        '''
        result = self._values.get("additional_plugins")
        return typing.cast(typing.Optional[typing.List[builtins.str]], result)

    @builtins.property
    def advanced_config(self) -> typing.Optional[builtins.str]:
        '''
        :schema: RabbitmqClusterSpecRabbitmq#advancedConfig
        '''
        result = self._values.get("advanced_config")
        return typing.cast(typing.Optional[builtins.str], result)

    @builtins.property
    def env_config(self) -> typing.Optional[builtins.str]:
        '''
        :schema: RabbitmqClusterSpecRabbitmq#envConfig
        '''
        result = self._values.get("env_config")
        return typing.cast(typing.Optional[builtins.str], result)

    @builtins.property
    def erlang_inet_config(self) -> typing.Optional[builtins.str]:
        '''
        :schema: RabbitmqClusterSpecRabbitmq#erlangInetConfig
        '''
        result = self._values.get("erlang_inet_config")
        return typing.cast(typing.Optional[builtins.str], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "RabbitmqClusterSpecRabbitmq(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


@jsii.data_type(
    jsii_type="comrabbitmq.RabbitmqClusterSpecResources",
    jsii_struct_bases=[],
    name_mapping={"claims": "claims", "limits": "limits", "requests": "requests"},
)
class RabbitmqClusterSpecResources:
    def __init__(
        self,
        *,
        claims: typing.Optional[typing.Sequence[typing.Union["RabbitmqClusterSpecResourcesClaims", typing.Dict[builtins.str, typing.Any]]]] = None,
        limits: typing.Optional[typing.Mapping[builtins.str, "RabbitmqClusterSpecResourcesLimits"]] = None,
        requests: typing.Optional[typing.Mapping[builtins.str, "RabbitmqClusterSpecResourcesRequests"]] = None,
    ) -> None:
        '''
        :param claims: 
        :param limits: 
        :param requests: 

        :schema: RabbitmqClusterSpecResources
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__569193dbb0197f45619fc96f3052caf5789db3b1edf6d6aa579f67990af1abab)
            check_type(argname="argument claims", value=claims, expected_type=type_hints["claims"])
            check_type(argname="argument limits", value=limits, expected_type=type_hints["limits"])
            check_type(argname="argument requests", value=requests, expected_type=type_hints["requests"])
        self._values: typing.Dict[builtins.str, typing.Any] = {}
        if claims is not None:
            self._values["claims"] = claims
        if limits is not None:
            self._values["limits"] = limits
        if requests is not None:
            self._values["requests"] = requests

    @builtins.property
    def claims(
        self,
    ) -> typing.Optional[typing.List["RabbitmqClusterSpecResourcesClaims"]]:
        '''
        :schema: RabbitmqClusterSpecResources#claims
        '''
        result = self._values.get("claims")
        return typing.cast(typing.Optional[typing.List["RabbitmqClusterSpecResourcesClaims"]], result)

    @builtins.property
    def limits(
        self,
    ) -> typing.Optional[typing.Mapping[builtins.str, "RabbitmqClusterSpecResourcesLimits"]]:
        '''
        :schema: RabbitmqClusterSpecResources#limits
        '''
        result = self._values.get("limits")
        return typing.cast(typing.Optional[typing.Mapping[builtins.str, "RabbitmqClusterSpecResourcesLimits"]], result)

    @builtins.property
    def requests(
        self,
    ) -> typing.Optional[typing.Mapping[builtins.str, "RabbitmqClusterSpecResourcesRequests"]]:
        '''
        :schema: RabbitmqClusterSpecResources#requests
        '''
        result = self._values.get("requests")
        return typing.cast(typing.Optional[typing.Mapping[builtins.str, "RabbitmqClusterSpecResourcesRequests"]], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "RabbitmqClusterSpecResources(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


@jsii.data_type(
    jsii_type="comrabbitmq.RabbitmqClusterSpecResourcesClaims",
    jsii_struct_bases=[],
    name_mapping={"name": "name", "request": "request"},
)
class RabbitmqClusterSpecResourcesClaims:
    def __init__(
        self,
        *,
        name: builtins.str,
        request: typing.Optional[builtins.str] = None,
    ) -> None:
        '''
        :param name: 
        :param request: 

        :schema: RabbitmqClusterSpecResourcesClaims
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__16003c50595a85c2b15cdf56a70daad3a465712e79b744f5f0aa59d8aa7ee831)
            check_type(argname="argument name", value=name, expected_type=type_hints["name"])
            check_type(argname="argument request", value=request, expected_type=type_hints["request"])
        self._values: typing.Dict[builtins.str, typing.Any] = {
            "name": name,
        }
        if request is not None:
            self._values["request"] = request

    @builtins.property
    def name(self) -> builtins.str:
        '''
        :schema: RabbitmqClusterSpecResourcesClaims#name
        '''
        result = self._values.get("name")
        assert result is not None, "Required property 'name' is missing"
        return typing.cast(builtins.str, result)

    @builtins.property
    def request(self) -> typing.Optional[builtins.str]:
        '''
        :schema: RabbitmqClusterSpecResourcesClaims#request
        '''
        result = self._values.get("request")
        return typing.cast(typing.Optional[builtins.str], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "RabbitmqClusterSpecResourcesClaims(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


class RabbitmqClusterSpecResourcesLimits(
    metaclass=jsii.JSIIMeta,
    jsii_type="comrabbitmq.RabbitmqClusterSpecResourcesLimits",
):
    '''
    :schema: RabbitmqClusterSpecResourcesLimits
    '''

    @jsii.member(jsii_name="fromNumber")
    @builtins.classmethod
    def from_number(cls, value: jsii.Number) -> "RabbitmqClusterSpecResourcesLimits":
        '''
        :param value: -
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__3da5ef8f2987edd51e94d91bfc932bc2639b4b5f402fc32663a6413068f07ec1)
            check_type(argname="argument value", value=value, expected_type=type_hints["value"])
        return typing.cast("RabbitmqClusterSpecResourcesLimits", jsii.sinvoke(cls, "fromNumber", [value]))

    @jsii.member(jsii_name="fromString")
    @builtins.classmethod
    def from_string(cls, value: builtins.str) -> "RabbitmqClusterSpecResourcesLimits":
        '''
        :param value: -
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__953dad57027b96677054856ac1a5b17b9bb24d7d2d8e7db83cab9b59d21a2988)
            check_type(argname="argument value", value=value, expected_type=type_hints["value"])
        return typing.cast("RabbitmqClusterSpecResourcesLimits", jsii.sinvoke(cls, "fromString", [value]))

    @builtins.property
    @jsii.member(jsii_name="value")
    def value(self) -> typing.Union[builtins.str, jsii.Number]:
        return typing.cast(typing.Union[builtins.str, jsii.Number], jsii.get(self, "value"))


class RabbitmqClusterSpecResourcesRequests(
    metaclass=jsii.JSIIMeta,
    jsii_type="comrabbitmq.RabbitmqClusterSpecResourcesRequests",
):
    '''
    :schema: RabbitmqClusterSpecResourcesRequests
    '''

    @jsii.member(jsii_name="fromNumber")
    @builtins.classmethod
    def from_number(cls, value: jsii.Number) -> "RabbitmqClusterSpecResourcesRequests":
        '''
        :param value: -
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__6ce96ce0888e67032a1a43f7dadb09471a5f2b89e2d0abd35b4168b5cc013e76)
            check_type(argname="argument value", value=value, expected_type=type_hints["value"])
        return typing.cast("RabbitmqClusterSpecResourcesRequests", jsii.sinvoke(cls, "fromNumber", [value]))

    @jsii.member(jsii_name="fromString")
    @builtins.classmethod
    def from_string(cls, value: builtins.str) -> "RabbitmqClusterSpecResourcesRequests":
        '''
        :param value: -
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__40368868321d61b03fe6afe40ae5a141b3f40af62a902de31f3098ba640e03ef)
            check_type(argname="argument value", value=value, expected_type=type_hints["value"])
        return typing.cast("RabbitmqClusterSpecResourcesRequests", jsii.sinvoke(cls, "fromString", [value]))

    @builtins.property
    @jsii.member(jsii_name="value")
    def value(self) -> typing.Union[builtins.str, jsii.Number]:
        return typing.cast(typing.Union[builtins.str, jsii.Number], jsii.get(self, "value"))


@jsii.data_type(
    jsii_type="comrabbitmq.RabbitmqClusterSpecSecretBackend",
    jsii_struct_bases=[],
    name_mapping={"external_secret": "externalSecret", "vault": "vault"},
)
class RabbitmqClusterSpecSecretBackend:
    def __init__(
        self,
        *,
        external_secret: typing.Optional[typing.Union["RabbitmqClusterSpecSecretBackendExternalSecret", typing.Dict[builtins.str, typing.Any]]] = None,
        vault: typing.Optional[typing.Union["RabbitmqClusterSpecSecretBackendVault", typing.Dict[builtins.str, typing.Any]]] = None,
    ) -> None:
        '''
        :param external_secret: 
        :param vault: 

        :schema: RabbitmqClusterSpecSecretBackend
        '''
        if isinstance(external_secret, dict):
            external_secret = RabbitmqClusterSpecSecretBackendExternalSecret(**external_secret)
        if isinstance(vault, dict):
            vault = RabbitmqClusterSpecSecretBackendVault(**vault)
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__ed72968eca1508bf0e3c1a0b789f02ac694e5490aac7a5e9c5412b8f86827953)
            check_type(argname="argument external_secret", value=external_secret, expected_type=type_hints["external_secret"])
            check_type(argname="argument vault", value=vault, expected_type=type_hints["vault"])
        self._values: typing.Dict[builtins.str, typing.Any] = {}
        if external_secret is not None:
            self._values["external_secret"] = external_secret
        if vault is not None:
            self._values["vault"] = vault

    @builtins.property
    def external_secret(
        self,
    ) -> typing.Optional["RabbitmqClusterSpecSecretBackendExternalSecret"]:
        '''
        :schema: RabbitmqClusterSpecSecretBackend#externalSecret
        '''
        result = self._values.get("external_secret")
        return typing.cast(typing.Optional["RabbitmqClusterSpecSecretBackendExternalSecret"], result)

    @builtins.property
    def vault(self) -> typing.Optional["RabbitmqClusterSpecSecretBackendVault"]:
        '''
        :schema: RabbitmqClusterSpecSecretBackend#vault
        '''
        result = self._values.get("vault")
        return typing.cast(typing.Optional["RabbitmqClusterSpecSecretBackendVault"], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "RabbitmqClusterSpecSecretBackend(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


@jsii.data_type(
    jsii_type="comrabbitmq.RabbitmqClusterSpecSecretBackendExternalSecret",
    jsii_struct_bases=[],
    name_mapping={"name": "name"},
)
class RabbitmqClusterSpecSecretBackendExternalSecret:
    def __init__(self, *, name: typing.Optional[builtins.str] = None) -> None:
        '''
        :param name: 

        :schema: RabbitmqClusterSpecSecretBackendExternalSecret
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__4c6c082d65a343fb208ac7f9f0f2cf6b905e20ad5c2781a3be19a7760cf19680)
            check_type(argname="argument name", value=name, expected_type=type_hints["name"])
        self._values: typing.Dict[builtins.str, typing.Any] = {}
        if name is not None:
            self._values["name"] = name

    @builtins.property
    def name(self) -> typing.Optional[builtins.str]:
        '''
        :schema: RabbitmqClusterSpecSecretBackendExternalSecret#name
        '''
        result = self._values.get("name")
        return typing.cast(typing.Optional[builtins.str], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "RabbitmqClusterSpecSecretBackendExternalSecret(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


@jsii.data_type(
    jsii_type="comrabbitmq.RabbitmqClusterSpecSecretBackendVault",
    jsii_struct_bases=[],
    name_mapping={
        "annotations": "annotations",
        "default_user_path": "defaultUserPath",
        "default_user_updater_image": "defaultUserUpdaterImage",
        "role": "role",
        "tls": "tls",
    },
)
class RabbitmqClusterSpecSecretBackendVault:
    def __init__(
        self,
        *,
        annotations: typing.Optional[typing.Mapping[builtins.str, builtins.str]] = None,
        default_user_path: typing.Optional[builtins.str] = None,
        default_user_updater_image: typing.Optional[builtins.str] = None,
        role: typing.Optional[builtins.str] = None,
        tls: typing.Optional[typing.Union["RabbitmqClusterSpecSecretBackendVaultTls", typing.Dict[builtins.str, typing.Any]]] = None,
    ) -> None:
        '''
        :param annotations: 
        :param default_user_path: 
        :param default_user_updater_image: 
        :param role: 
        :param tls: 

        :schema: RabbitmqClusterSpecSecretBackendVault
        '''
        if isinstance(tls, dict):
            tls = RabbitmqClusterSpecSecretBackendVaultTls(**tls)
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__48c860c0ae9d9149ca7ef6c293c0cbc243ca14fddb12537712fd918d318c08f6)
            check_type(argname="argument annotations", value=annotations, expected_type=type_hints["annotations"])
            check_type(argname="argument default_user_path", value=default_user_path, expected_type=type_hints["default_user_path"])
            check_type(argname="argument default_user_updater_image", value=default_user_updater_image, expected_type=type_hints["default_user_updater_image"])
            check_type(argname="argument role", value=role, expected_type=type_hints["role"])
            check_type(argname="argument tls", value=tls, expected_type=type_hints["tls"])
        self._values: typing.Dict[builtins.str, typing.Any] = {}
        if annotations is not None:
            self._values["annotations"] = annotations
        if default_user_path is not None:
            self._values["default_user_path"] = default_user_path
        if default_user_updater_image is not None:
            self._values["default_user_updater_image"] = default_user_updater_image
        if role is not None:
            self._values["role"] = role
        if tls is not None:
            self._values["tls"] = tls

    @builtins.property
    def annotations(
        self,
    ) -> typing.Optional[typing.Mapping[builtins.str, builtins.str]]:
        '''
        :schema: RabbitmqClusterSpecSecretBackendVault#annotations
        '''
        result = self._values.get("annotations")
        return typing.cast(typing.Optional[typing.Mapping[builtins.str, builtins.str]], result)

    @builtins.property
    def default_user_path(self) -> typing.Optional[builtins.str]:
        '''
        :schema: RabbitmqClusterSpecSecretBackendVault#defaultUserPath
        '''
        result = self._values.get("default_user_path")
        return typing.cast(typing.Optional[builtins.str], result)

    @builtins.property
    def default_user_updater_image(self) -> typing.Optional[builtins.str]:
        '''
        :schema: RabbitmqClusterSpecSecretBackendVault#defaultUserUpdaterImage
        '''
        result = self._values.get("default_user_updater_image")
        return typing.cast(typing.Optional[builtins.str], result)

    @builtins.property
    def role(self) -> typing.Optional[builtins.str]:
        '''
        :schema: RabbitmqClusterSpecSecretBackendVault#role
        '''
        result = self._values.get("role")
        return typing.cast(typing.Optional[builtins.str], result)

    @builtins.property
    def tls(self) -> typing.Optional["RabbitmqClusterSpecSecretBackendVaultTls"]:
        '''
        :schema: RabbitmqClusterSpecSecretBackendVault#tls
        '''
        result = self._values.get("tls")
        return typing.cast(typing.Optional["RabbitmqClusterSpecSecretBackendVaultTls"], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "RabbitmqClusterSpecSecretBackendVault(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


@jsii.data_type(
    jsii_type="comrabbitmq.RabbitmqClusterSpecSecretBackendVaultTls",
    jsii_struct_bases=[],
    name_mapping={
        "alt_names": "altNames",
        "common_name": "commonName",
        "ip_sans": "ipSans",
        "pki_issuer_path": "pkiIssuerPath",
        "pki_root_path": "pkiRootPath",
    },
)
class RabbitmqClusterSpecSecretBackendVaultTls:
    def __init__(
        self,
        *,
        alt_names: typing.Optional[builtins.str] = None,
        common_name: typing.Optional[builtins.str] = None,
        ip_sans: typing.Optional[builtins.str] = None,
        pki_issuer_path: typing.Optional[builtins.str] = None,
        pki_root_path: typing.Optional[builtins.str] = None,
    ) -> None:
        '''
        :param alt_names: 
        :param common_name: 
        :param ip_sans: 
        :param pki_issuer_path: 
        :param pki_root_path: 

        :schema: RabbitmqClusterSpecSecretBackendVaultTls
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__67d86c6625b0a73feb808c0ecf01d7c61f3a1bf5b5dfa61fef19b074c66cc545)
            check_type(argname="argument alt_names", value=alt_names, expected_type=type_hints["alt_names"])
            check_type(argname="argument common_name", value=common_name, expected_type=type_hints["common_name"])
            check_type(argname="argument ip_sans", value=ip_sans, expected_type=type_hints["ip_sans"])
            check_type(argname="argument pki_issuer_path", value=pki_issuer_path, expected_type=type_hints["pki_issuer_path"])
            check_type(argname="argument pki_root_path", value=pki_root_path, expected_type=type_hints["pki_root_path"])
        self._values: typing.Dict[builtins.str, typing.Any] = {}
        if alt_names is not None:
            self._values["alt_names"] = alt_names
        if common_name is not None:
            self._values["common_name"] = common_name
        if ip_sans is not None:
            self._values["ip_sans"] = ip_sans
        if pki_issuer_path is not None:
            self._values["pki_issuer_path"] = pki_issuer_path
        if pki_root_path is not None:
            self._values["pki_root_path"] = pki_root_path

    @builtins.property
    def alt_names(self) -> typing.Optional[builtins.str]:
        '''
        :schema: RabbitmqClusterSpecSecretBackendVaultTls#altNames
        '''
        result = self._values.get("alt_names")
        return typing.cast(typing.Optional[builtins.str], result)

    @builtins.property
    def common_name(self) -> typing.Optional[builtins.str]:
        '''
        :schema: RabbitmqClusterSpecSecretBackendVaultTls#commonName
        '''
        result = self._values.get("common_name")
        return typing.cast(typing.Optional[builtins.str], result)

    @builtins.property
    def ip_sans(self) -> typing.Optional[builtins.str]:
        '''
        :schema: RabbitmqClusterSpecSecretBackendVaultTls#ipSans
        '''
        result = self._values.get("ip_sans")
        return typing.cast(typing.Optional[builtins.str], result)

    @builtins.property
    def pki_issuer_path(self) -> typing.Optional[builtins.str]:
        '''
        :schema: RabbitmqClusterSpecSecretBackendVaultTls#pkiIssuerPath
        '''
        result = self._values.get("pki_issuer_path")
        return typing.cast(typing.Optional[builtins.str], result)

    @builtins.property
    def pki_root_path(self) -> typing.Optional[builtins.str]:
        '''
        :schema: RabbitmqClusterSpecSecretBackendVaultTls#pkiRootPath
        '''
        result = self._values.get("pki_root_path")
        return typing.cast(typing.Optional[builtins.str], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "RabbitmqClusterSpecSecretBackendVaultTls(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


@jsii.data_type(
    jsii_type="comrabbitmq.RabbitmqClusterSpecService",
    jsii_struct_bases=[],
    name_mapping={
        "annotations": "annotations",
        "ip_family_policy": "ipFamilyPolicy",
        "labels": "labels",
        "type": "type",
    },
)
class RabbitmqClusterSpecService:
    def __init__(
        self,
        *,
        annotations: typing.Optional[typing.Mapping[builtins.str, builtins.str]] = None,
        ip_family_policy: typing.Optional["RabbitmqClusterSpecServiceIpFamilyPolicy"] = None,
        labels: typing.Optional[typing.Mapping[builtins.str, builtins.str]] = None,
        type: typing.Optional["RabbitmqClusterSpecServiceType"] = None,
    ) -> None:
        '''
        :param annotations: 
        :param ip_family_policy: 
        :param labels: 
        :param type: 

        :schema: RabbitmqClusterSpecService
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__79ccb5a68c0f9a6e21dcf0110b1959fcbf0d923627bf187aac7389705463cb61)
            check_type(argname="argument annotations", value=annotations, expected_type=type_hints["annotations"])
            check_type(argname="argument ip_family_policy", value=ip_family_policy, expected_type=type_hints["ip_family_policy"])
            check_type(argname="argument labels", value=labels, expected_type=type_hints["labels"])
            check_type(argname="argument type", value=type, expected_type=type_hints["type"])
        self._values: typing.Dict[builtins.str, typing.Any] = {}
        if annotations is not None:
            self._values["annotations"] = annotations
        if ip_family_policy is not None:
            self._values["ip_family_policy"] = ip_family_policy
        if labels is not None:
            self._values["labels"] = labels
        if type is not None:
            self._values["type"] = type

    @builtins.property
    def annotations(
        self,
    ) -> typing.Optional[typing.Mapping[builtins.str, builtins.str]]:
        '''
        :schema: RabbitmqClusterSpecService#annotations
        '''
        result = self._values.get("annotations")
        return typing.cast(typing.Optional[typing.Mapping[builtins.str, builtins.str]], result)

    @builtins.property
    def ip_family_policy(
        self,
    ) -> typing.Optional["RabbitmqClusterSpecServiceIpFamilyPolicy"]:
        '''
        :schema: RabbitmqClusterSpecService#ipFamilyPolicy
        '''
        result = self._values.get("ip_family_policy")
        return typing.cast(typing.Optional["RabbitmqClusterSpecServiceIpFamilyPolicy"], result)

    @builtins.property
    def labels(self) -> typing.Optional[typing.Mapping[builtins.str, builtins.str]]:
        '''
        :schema: RabbitmqClusterSpecService#labels
        '''
        result = self._values.get("labels")
        return typing.cast(typing.Optional[typing.Mapping[builtins.str, builtins.str]], result)

    @builtins.property
    def type(self) -> typing.Optional["RabbitmqClusterSpecServiceType"]:
        '''
        :schema: RabbitmqClusterSpecService#type
        '''
        result = self._values.get("type")
        return typing.cast(typing.Optional["RabbitmqClusterSpecServiceType"], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "RabbitmqClusterSpecService(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


@jsii.enum(jsii_type="comrabbitmq.RabbitmqClusterSpecServiceIpFamilyPolicy")
class RabbitmqClusterSpecServiceIpFamilyPolicy(enum.Enum):
    '''
    :schema: RabbitmqClusterSpecServiceIpFamilyPolicy
    '''

    SINGLE_STACK = "SINGLE_STACK"
    '''SingleStack.'''
    PREFER_DUAL_STACK = "PREFER_DUAL_STACK"
    '''PreferDualStack.'''
    REQUIRE_DUAL_STACK = "REQUIRE_DUAL_STACK"
    '''RequireDualStack.'''


@jsii.enum(jsii_type="comrabbitmq.RabbitmqClusterSpecServiceType")
class RabbitmqClusterSpecServiceType(enum.Enum):
    '''
    :schema: RabbitmqClusterSpecServiceType
    '''

    CLUSTER_IP = "CLUSTER_IP"
    '''ClusterIP.'''
    LOAD_BALANCER = "LOAD_BALANCER"
    '''LoadBalancer.'''
    NODE_PORT = "NODE_PORT"
    '''NodePort.'''


@jsii.data_type(
    jsii_type="comrabbitmq.RabbitmqClusterSpecTls",
    jsii_struct_bases=[],
    name_mapping={
        "ca_secret_name": "caSecretName",
        "disable_non_tls_listeners": "disableNonTlsListeners",
        "secret_name": "secretName",
    },
)
class RabbitmqClusterSpecTls:
    def __init__(
        self,
        *,
        ca_secret_name: typing.Optional[builtins.str] = None,
        disable_non_tls_listeners: typing.Optional[builtins.bool] = None,
        secret_name: typing.Optional[builtins.str] = None,
    ) -> None:
        '''
        :param ca_secret_name: 
        :param disable_non_tls_listeners: 
        :param secret_name: 

        :schema: RabbitmqClusterSpecTls
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__66ca313b239b8e05f877ed703e578be860268b56b5f3b51c657e3ced2aad5ad6)
            check_type(argname="argument ca_secret_name", value=ca_secret_name, expected_type=type_hints["ca_secret_name"])
            check_type(argname="argument disable_non_tls_listeners", value=disable_non_tls_listeners, expected_type=type_hints["disable_non_tls_listeners"])
            check_type(argname="argument secret_name", value=secret_name, expected_type=type_hints["secret_name"])
        self._values: typing.Dict[builtins.str, typing.Any] = {}
        if ca_secret_name is not None:
            self._values["ca_secret_name"] = ca_secret_name
        if disable_non_tls_listeners is not None:
            self._values["disable_non_tls_listeners"] = disable_non_tls_listeners
        if secret_name is not None:
            self._values["secret_name"] = secret_name

    @builtins.property
    def ca_secret_name(self) -> typing.Optional[builtins.str]:
        '''
        :schema: RabbitmqClusterSpecTls#caSecretName
        '''
        result = self._values.get("ca_secret_name")
        return typing.cast(typing.Optional[builtins.str], result)

    @builtins.property
    def disable_non_tls_listeners(self) -> typing.Optional[builtins.bool]:
        '''
        :schema: RabbitmqClusterSpecTls#disableNonTLSListeners
        '''
        result = self._values.get("disable_non_tls_listeners")
        return typing.cast(typing.Optional[builtins.bool], result)

    @builtins.property
    def secret_name(self) -> typing.Optional[builtins.str]:
        '''
        :schema: RabbitmqClusterSpecTls#secretName
        '''
        result = self._values.get("secret_name")
        return typing.cast(typing.Optional[builtins.str], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "RabbitmqClusterSpecTls(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


@jsii.data_type(
    jsii_type="comrabbitmq.RabbitmqClusterSpecTolerations",
    jsii_struct_bases=[],
    name_mapping={
        "effect": "effect",
        "key": "key",
        "operator": "operator",
        "toleration_seconds": "tolerationSeconds",
        "value": "value",
    },
)
class RabbitmqClusterSpecTolerations:
    def __init__(
        self,
        *,
        effect: typing.Optional[builtins.str] = None,
        key: typing.Optional[builtins.str] = None,
        operator: typing.Optional[builtins.str] = None,
        toleration_seconds: typing.Optional[jsii.Number] = None,
        value: typing.Optional[builtins.str] = None,
    ) -> None:
        '''
        :param effect: 
        :param key: 
        :param operator: 
        :param toleration_seconds: 
        :param value: 

        :schema: RabbitmqClusterSpecTolerations
        '''
        if __debug__:
            type_hints = cached_type_hints(_typecheckingstub__71990aba3d669d8ccfcee1859830359a026f41b21f8b37aba70941001065aa72)
            check_type(argname="argument effect", value=effect, expected_type=type_hints["effect"])
            check_type(argname="argument key", value=key, expected_type=type_hints["key"])
            check_type(argname="argument operator", value=operator, expected_type=type_hints["operator"])
            check_type(argname="argument toleration_seconds", value=toleration_seconds, expected_type=type_hints["toleration_seconds"])
            check_type(argname="argument value", value=value, expected_type=type_hints["value"])
        self._values: typing.Dict[builtins.str, typing.Any] = {}
        if effect is not None:
            self._values["effect"] = effect
        if key is not None:
            self._values["key"] = key
        if operator is not None:
            self._values["operator"] = operator
        if toleration_seconds is not None:
            self._values["toleration_seconds"] = toleration_seconds
        if value is not None:
            self._values["value"] = value

    @builtins.property
    def effect(self) -> typing.Optional[builtins.str]:
        '''
        :schema: RabbitmqClusterSpecTolerations#effect
        '''
        result = self._values.get("effect")
        return typing.cast(typing.Optional[builtins.str], result)

    @builtins.property
    def key(self) -> typing.Optional[builtins.str]:
        '''
        :schema: RabbitmqClusterSpecTolerations#key
        '''
        result = self._values.get("key")
        return typing.cast(typing.Optional[builtins.str], result)

    @builtins.property
    def operator(self) -> typing.Optional[builtins.str]:
        '''
        :schema: RabbitmqClusterSpecTolerations#operator
        '''
        result = self._values.get("operator")
        return typing.cast(typing.Optional[builtins.str], result)

    @builtins.property
    def toleration_seconds(self) -> typing.Optional[jsii.Number]:
        '''
        :schema: RabbitmqClusterSpecTolerations#tolerationSeconds
        '''
        result = self._values.get("toleration_seconds")
        return typing.cast(typing.Optional[jsii.Number], result)

    @builtins.property
    def value(self) -> typing.Optional[builtins.str]:
        '''
        :schema: RabbitmqClusterSpecTolerations#value
        '''
        result = self._values.get("value")
        return typing.cast(typing.Optional[builtins.str], result)

    def __eq__(self, rhs: typing.Any) -> builtins.bool:
        return isinstance(rhs, self.__class__) and rhs._values == self._values

    def __ne__(self, rhs: typing.Any) -> builtins.bool:
        return not (rhs == self)

    def __repr__(self) -> str:
        return "RabbitmqClusterSpecTolerations(%s)" % ", ".join(
            k + "=" + repr(v) for k, v in self._values.items()
        )


__all__ = [
    "RabbitmqCluster",
    "RabbitmqClusterProps",
    "RabbitmqClusterSpec",
    "RabbitmqClusterSpecImagePullSecrets",
    "RabbitmqClusterSpecPersistence",
    "RabbitmqClusterSpecPersistenceEmptyDir",
    "RabbitmqClusterSpecPersistenceEmptyDirSizeLimit",
    "RabbitmqClusterSpecPersistenceStorage",
    "RabbitmqClusterSpecRabbitmq",
    "RabbitmqClusterSpecResources",
    "RabbitmqClusterSpecResourcesClaims",
    "RabbitmqClusterSpecResourcesLimits",
    "RabbitmqClusterSpecResourcesRequests",
    "RabbitmqClusterSpecSecretBackend",
    "RabbitmqClusterSpecSecretBackendExternalSecret",
    "RabbitmqClusterSpecSecretBackendVault",
    "RabbitmqClusterSpecSecretBackendVaultTls",
    "RabbitmqClusterSpecService",
    "RabbitmqClusterSpecServiceIpFamilyPolicy",
    "RabbitmqClusterSpecServiceType",
    "RabbitmqClusterSpecTls",
    "RabbitmqClusterSpecTolerations",
]

publication.publish()

def _typecheckingstub__1b99d79ab676fe657dbd689539cde78935d0c76a6031f7171ad5ab4c12403e93(
    scope: _constructs_77d1e7e8.Construct,
    id: builtins.str,
    *,
    metadata: typing.Optional[typing.Union[_cdk8s_d3d9af27.ApiObjectMetadata, typing.Dict[builtins.str, typing.Any]]] = None,
    spec: typing.Optional[typing.Union[RabbitmqClusterSpec, typing.Dict[builtins.str, typing.Any]]] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__f4d76c04bb5fdeb8c5c5d10421d6f96c78ac6305e53979ad5f1a6d8e519ce205(
    *,
    metadata: typing.Optional[typing.Union[_cdk8s_d3d9af27.ApiObjectMetadata, typing.Dict[builtins.str, typing.Any]]] = None,
    spec: typing.Optional[typing.Union[RabbitmqClusterSpec, typing.Dict[builtins.str, typing.Any]]] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__56a8dbf0f21db05b749523e803861b524e282ef68edbb0a65dfbe794c6b45806(
    *,
    affinity: typing.Any = None,
    auto_enable_all_feature_flags: typing.Optional[builtins.bool] = None,
    delay_start_seconds: typing.Optional[jsii.Number] = None,
    image: typing.Optional[builtins.str] = None,
    image_pull_secrets: typing.Optional[typing.Sequence[typing.Union[RabbitmqClusterSpecImagePullSecrets, typing.Dict[builtins.str, typing.Any]]]] = None,
    override: typing.Any = None,
    persistence: typing.Optional[typing.Union[RabbitmqClusterSpecPersistence, typing.Dict[builtins.str, typing.Any]]] = None,
    rabbitmq: typing.Optional[typing.Union[RabbitmqClusterSpecRabbitmq, typing.Dict[builtins.str, typing.Any]]] = None,
    replicas: typing.Optional[jsii.Number] = None,
    resources: typing.Optional[typing.Union[RabbitmqClusterSpecResources, typing.Dict[builtins.str, typing.Any]]] = None,
    secret_backend: typing.Optional[typing.Union[RabbitmqClusterSpecSecretBackend, typing.Dict[builtins.str, typing.Any]]] = None,
    service: typing.Optional[typing.Union[RabbitmqClusterSpecService, typing.Dict[builtins.str, typing.Any]]] = None,
    skip_post_deploy_steps: typing.Optional[builtins.bool] = None,
    termination_grace_period_seconds: typing.Optional[jsii.Number] = None,
    tls: typing.Optional[typing.Union[RabbitmqClusterSpecTls, typing.Dict[builtins.str, typing.Any]]] = None,
    tolerations: typing.Optional[typing.Sequence[typing.Union[RabbitmqClusterSpecTolerations, typing.Dict[builtins.str, typing.Any]]]] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__3dbee492453223ff9d6eb8151424731416abbb17db618c764134ba9049a2a67c(
    *,
    name: typing.Optional[builtins.str] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__d0511aa5479232a774cab7a902c274666440723f33d98d5984fe9d4794e14e61(
    *,
    empty_dir: typing.Optional[typing.Union[RabbitmqClusterSpecPersistenceEmptyDir, typing.Dict[builtins.str, typing.Any]]] = None,
    storage: typing.Optional[RabbitmqClusterSpecPersistenceStorage] = None,
    storage_class_name: typing.Optional[builtins.str] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__90f2c85edb6bd7601ca979e8e3bf62e506cd57cb867b4084d111a369297126de(
    *,
    medium: typing.Optional[builtins.str] = None,
    size_limit: typing.Optional[RabbitmqClusterSpecPersistenceEmptyDirSizeLimit] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__29bcde44209dc04d0dc78fdbaafa0881e83658f5a86eed83139c4d5867d8f8b0(
    value: jsii.Number,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__1be4addbd5df1be7a99ee1ea8dd5348f023901d45701ebbad963d14c24fa5bd5(
    value: builtins.str,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__53edbb1d50d92629cfe1fa093addd73f25e7d2407539027b3ddb4bfdbee068a6(
    value: jsii.Number,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__a2057ae52a9d2fbb4146e14c92080a5e0e6066678b3be1d9f59908910286d152(
    value: builtins.str,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__2b9b17fd1a0e25debaff96f8227c80867a401fbb68d7f3425495c30b8027600b(
    *,
    additional_config: typing.Optional[builtins.str] = None,
    additional_plugins: typing.Optional[typing.Sequence[builtins.str]] = None,
    advanced_config: typing.Optional[builtins.str] = None,
    env_config: typing.Optional[builtins.str] = None,
    erlang_inet_config: typing.Optional[builtins.str] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__569193dbb0197f45619fc96f3052caf5789db3b1edf6d6aa579f67990af1abab(
    *,
    claims: typing.Optional[typing.Sequence[typing.Union[RabbitmqClusterSpecResourcesClaims, typing.Dict[builtins.str, typing.Any]]]] = None,
    limits: typing.Optional[typing.Mapping[builtins.str, RabbitmqClusterSpecResourcesLimits]] = None,
    requests: typing.Optional[typing.Mapping[builtins.str, RabbitmqClusterSpecResourcesRequests]] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__16003c50595a85c2b15cdf56a70daad3a465712e79b744f5f0aa59d8aa7ee831(
    *,
    name: builtins.str,
    request: typing.Optional[builtins.str] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__3da5ef8f2987edd51e94d91bfc932bc2639b4b5f402fc32663a6413068f07ec1(
    value: jsii.Number,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__953dad57027b96677054856ac1a5b17b9bb24d7d2d8e7db83cab9b59d21a2988(
    value: builtins.str,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__6ce96ce0888e67032a1a43f7dadb09471a5f2b89e2d0abd35b4168b5cc013e76(
    value: jsii.Number,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__40368868321d61b03fe6afe40ae5a141b3f40af62a902de31f3098ba640e03ef(
    value: builtins.str,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__ed72968eca1508bf0e3c1a0b789f02ac694e5490aac7a5e9c5412b8f86827953(
    *,
    external_secret: typing.Optional[typing.Union[RabbitmqClusterSpecSecretBackendExternalSecret, typing.Dict[builtins.str, typing.Any]]] = None,
    vault: typing.Optional[typing.Union[RabbitmqClusterSpecSecretBackendVault, typing.Dict[builtins.str, typing.Any]]] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__4c6c082d65a343fb208ac7f9f0f2cf6b905e20ad5c2781a3be19a7760cf19680(
    *,
    name: typing.Optional[builtins.str] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__48c860c0ae9d9149ca7ef6c293c0cbc243ca14fddb12537712fd918d318c08f6(
    *,
    annotations: typing.Optional[typing.Mapping[builtins.str, builtins.str]] = None,
    default_user_path: typing.Optional[builtins.str] = None,
    default_user_updater_image: typing.Optional[builtins.str] = None,
    role: typing.Optional[builtins.str] = None,
    tls: typing.Optional[typing.Union[RabbitmqClusterSpecSecretBackendVaultTls, typing.Dict[builtins.str, typing.Any]]] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__67d86c6625b0a73feb808c0ecf01d7c61f3a1bf5b5dfa61fef19b074c66cc545(
    *,
    alt_names: typing.Optional[builtins.str] = None,
    common_name: typing.Optional[builtins.str] = None,
    ip_sans: typing.Optional[builtins.str] = None,
    pki_issuer_path: typing.Optional[builtins.str] = None,
    pki_root_path: typing.Optional[builtins.str] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__79ccb5a68c0f9a6e21dcf0110b1959fcbf0d923627bf187aac7389705463cb61(
    *,
    annotations: typing.Optional[typing.Mapping[builtins.str, builtins.str]] = None,
    ip_family_policy: typing.Optional[RabbitmqClusterSpecServiceIpFamilyPolicy] = None,
    labels: typing.Optional[typing.Mapping[builtins.str, builtins.str]] = None,
    type: typing.Optional[RabbitmqClusterSpecServiceType] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__66ca313b239b8e05f877ed703e578be860268b56b5f3b51c657e3ced2aad5ad6(
    *,
    ca_secret_name: typing.Optional[builtins.str] = None,
    disable_non_tls_listeners: typing.Optional[builtins.bool] = None,
    secret_name: typing.Optional[builtins.str] = None,
) -> None:
    """Type checking stubs"""
    pass

def _typecheckingstub__71990aba3d669d8ccfcee1859830359a026f41b21f8b37aba70941001065aa72(
    *,
    effect: typing.Optional[builtins.str] = None,
    key: typing.Optional[builtins.str] = None,
    operator: typing.Optional[builtins.str] = None,
    toleration_seconds: typing.Optional[jsii.Number] = None,
    value: typing.Optional[builtins.str] = None,
) -> None:
    """Type checking stubs"""
    pass
