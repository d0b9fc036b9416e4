      -- The value of --by, and the hour of the week.
      if({by:String} = 'team', toString(team), if({by:String} = 'function', toString(function), if({by:String} = 'person', toString(person),
        if({by:String} = 'source', toString(source), if({by:String} = 'location', toString(location), ''))))) AS grp,
      -- include chatter_slot
