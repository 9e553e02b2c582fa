"""What the columns of files are called in Chinese, as the sheets of offices have them."""

from __future__ import annotations

from smsgw.tables.headers import Columns

CHINESE: dict[str, tuple[str, ...]] = {
    "activated_at": ("激活时间", "激活日期"),
    "aliases": ("别名", "其他名称", "俗称"),
    "amount": ("金额", "付款金额", "收款金额", "到账金额"),
    "arrived_on": ("入仓日期", "入库日期", "到仓日期"),
    "as_of": ("截止日期", "截至日期", "盘点日期", "库存日期"),
    "carrier": ("运单号", "快递单号", "物流单号", "运单"),
    "code": ("代码", "编码", "编号"),
    "credit_limit": ("信用额度", "授信额度", "额度"),
    "currency": ("币种", "货币"),
    "dealer": ("经销商代码", "经销商编码", "经销商编号", "经销商", "门店代码", "门店编号", "门店", "店铺"),
    "dealer_price": ("经销价", "经销商价", "批发价", "提货价", "进货价"),
    "depot": ("仓库代码", "仓库", "分仓代码", "分仓"),
    "due_on": ("预计到货日期", "预计到货", "到货日期", "预计到达"),
    "from": ("开始日期", "起始日期", "开始", "从"),
    "imei": ("imei1", "串号", "串码", "imei号", "imei码", "主串号"),
    "imei2": ("串号2", "串码2", "第二串号", "副串号"),
    "kind": ("类别",),
    "language": ("语言",),
    "made_on": ("出厂日期", "生产日期"),
    "manager": ("区域经理手机", "经理手机", "负责人手机", "区域经理", "经理"),
    "model": ("型号", "机型", "产品代码", "产品编码", "产品型号", "产品"),
    "name": ("名称", "姓名", "名字"),
    "order": ("订单号", "订单编号", "订单"),
    "paid_on": ("付款日期", "收款日期", "到账日期"),
    "parent": ("上级代码", "上级编码", "上级"),
    "phone": ("手机号", "手机号码", "手机", "电话号码", "联系电话", "电话", "号码"),
    "quantity": ("数量", "库存数量", "库存"),
    "reference": ("凭证号", "流水号", "付款编号", "参考号", "单号"),
    "region": ("区域代码", "区域编码", "区域", "地区", "大区"),
    "retail_price": ("零售价", "建议零售价", "市场价"),
    "role": ("角色", "职务", "岗位", "职位"),
    "shipment": ("发货单号", "发货单", "出库单号", "送货单号", "出货单号"),
    "shipped_on": ("发货日期", "出库日期", "出货日期", "送货日期"),
    "tacs": ("tac", "tac码"),
    "terms_days": ("账期天数", "账期", "付款天数"),
    "tier": ("等级", "级别", "价格等级"),
    "timezone": ("时区",),
    "to": ("结束日期", "截止日期", "结束", "到"),
    "valid_from": ("生效日期", "生效日", "执行日期"),
    "valid_to": ("失效日期", "失效日", "有效期至"),
    "whom": ("对象", "豁免对象"),
    "why": ("原因", "理由", "事由"),
}


def columns(
    required: tuple[str, ...], optional: tuple[str, ...] = (), also: dict[str, tuple[str, ...]] | None = None
) -> Columns:
    """The columns of a kind of file, each also by its Chinese names; `also` are names that only this kind has."""
    names = {column: CHINESE.get(column, ()) for column in (*required, *optional)}
    for column, own in (also or {}).items():
        names[column] = own + names[column]
    return Columns(required, optional, names)
