      -- People behind a cell: see crowdPart.
      toUInt8(uniqUpTo(5)(person)) AS some, formatRow('RowBinary', groupUniqArray(6)(cityHash64(person))) AS known,
